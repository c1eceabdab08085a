# pip install openai
from datetime import datetime
from openai import OpenAI

client = OpenAI()
file = client.files.create(file=open("requests.jsonl", "rb"), purpose="batch")
print(f"{file.id}: {file.bytes} bytes, until {datetime.fromtimestamp(file.expires_at)}")
print(client.files.content(file.id).text)
