"""
Runs Python for a test. Each line that comes in is a JSON object: the code, and the variables that it is given besides
`client`. What it leaves in `result` goes out as a line of JSON.
"""

import json
import sys
import textwrap
import traceback

import openai


def error_of(call):
    """What a caller reads from the error that the SDK raises."""
    try:
        call()
    except openai.APIStatusError as error:
        names = ("status_code", "message", "type", "param", "code")
        return {"class": type(error).__name__, **{name: getattr(error, name) for name in names}}


client = openai.OpenAI(max_retries=0)
for line in sys.stdin:
    order = json.loads(line)
    scope = {"openai": openai, "client": client, "error_of": error_of, **order["given"]}
    try:
        exec(textwrap.dedent(order["code"]), scope)
        answer = json.dumps({"result": scope.get("result")}, default=openai.BaseModel.to_dict)
    except Exception:
        answer = json.dumps({"failure": traceback.format_exc()})
    print(answer, flush=True)
