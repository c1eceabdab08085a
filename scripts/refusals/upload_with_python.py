"""One upload with one of Python's clients: prints what it read as one line of JSON. Arguments as upload-with-node.ts."""

import io
import json
import os
import sys
import time
from urllib.parse import urlsplit

BOUNDARY = "refusal-table"


def headers_of(attempt):
    chosen = {"Content-Type": attempt["contentType"]} if "contentType" in attempt else {}
    return {"Authorization": f"Bearer {attempt['key']}", **chosen, **attempt.get("headers", {})}


def with_http_client(attempt):
    import http.client

    part = f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
    before = (
        f'{part}name="purpose"\r\n\r\n{attempt["purpose"]}\r\n{part}name="file"; filename="big.jsonl"\r\n\r\n'
    ).encode()
    after = f"\r\n--{BOUNDARY}--\r\n".encode()

    def form():
        yield before
        with open(attempt["file"], "rb") as file:
            while piece := file.read(65536):
                yield piece
        yield after

    connection = http.client.HTTPConnection(urlsplit(attempt["url"]).netloc)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        **headers_of(attempt),
        "Content-Length": str(len(before) + os.path.getsize(attempt["file"]) + len(after)),
    }
    connection.request("POST", attempt["path"], body=form(), headers=headers)
    response = connection.getresponse()
    return response.status, response.read().decode()


def with_requests(attempt):
    import requests

    with open(attempt["file"], "rb") as file:
        request = requests.Request(
            "POST",
            attempt["url"] + attempt["path"],
            data={"purpose": attempt["purpose"]},
            files={"file": ("big.jsonl", file)},
            headers=headers_of(attempt),
        ).prepare()
    with requests.Session() as session:
        global started
        started = time.time()  # it has read the whole file into memory by now
        response = session.send(request)
    return response.status_code, response.text


def with_httpx(attempt):
    import httpx

    with open(attempt["file"], "rb") as file, httpx.Client(timeout=120) as client:
        response = client.post(
            attempt["url"] + attempt["path"],
            data={"purpose": attempt["purpose"]},
            files={"file": ("big.jsonl", file)},
            headers=headers_of(attempt),
        )
    return response.status_code, response.text


class Tap(io.RawIOBase):
    """What comes from somewhere: its length is not known, and the SDK sends it chunked."""

    def __init__(self, source):
        self.source = source

    def readable(self):
        return True

    def readinto(self, piece):
        return self.source.readinto(piece)


def with_openai(attempt, wrap=lambda file: file):
    import openai

    global started
    started = time.time()  # the import takes a second
    base_url = attempt["url"] + attempt["path"].removesuffix("/files")
    options = {"base_url": base_url, "api_key": attempt["key"], "default_headers": attempt.get("headers")}
    with open(attempt["file"], "rb") as file, openai.OpenAI(**options, max_retries=0) as client:
        try:
            created = client.files.create(file=("big.jsonl", wrap(file)), purpose=attempt["purpose"])
            return 200, created.to_json()
        except openai.APIStatusError as error:
            return error.status_code, json.dumps({"error": error.body})


clients = {
    "http.client": with_http_client,
    "requests": with_requests,
    "httpx": with_httpx,
    "openai-file": with_openai,
    "openai-stream": lambda attempt: with_openai(attempt, Tap),
}
started = time.time()
try:
    status, body = clients[sys.argv[1]](json.loads(sys.argv[2]))
    reading = {"status": status, "body": body}
except Exception as error:  # whatever it is called, the client has read no answer
    reading = {"failure": f"{type(error).__name__}: {error}"}
print(json.dumps({**reading, "seconds": time.time() - started}))
