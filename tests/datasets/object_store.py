"""An S3 server over real HTTP, with a front that keeps some objects to itself."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
from moto.server import ThreadedMotoServer

REFUSAL = b"<?xml version='1.0'?><Error><Code>%s</Code><Message>No.</Message></Error>"


class ObjectStore:
    """`put(key, content)` and `delete(key)` objects of `bucket`; what is in `answers` is answered with that status."""

    bucket = "outside"

    def __init__(self, address: str, client: Any, answers: dict[str, int]) -> None:
        self.address, self.client, self.answers = address, client, answers

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=content)

    def delete(self, key: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=key)

    def names(self) -> list[str]:
        return sorted(row["Key"] for row in self.client.list_objects_v2(Bucket=self.bucket).get("Contents", []))


class _Front(BaseHTTPRequestHandler):
    """Passes on what is asked for, but for what `answers` names by the end of its address."""

    protocol_version = "HTTP/1.1"
    behind: str
    answers: dict[str, int]

    def do_GET(self) -> None:
        self._pass_on()

    def do_HEAD(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        path = unquote(urlsplit(self.path).path)
        status = next((status for key, status in self.answers.items() if path.endswith(key)), None)
        if status is not None:
            code = b"AccessDenied" if status == 403 else b"InternalError"
            self._answer(status, {"Content-Type": "application/xml"}, REFUSAL % code)
            return
        link = http.client.HTTPConnection(self.behind, timeout=30)
        length = int(self.headers.get("Content-Length") or 0)
        link.request(self.command, self.path, self.rfile.read(length), dict(self.headers))
        answer = link.getresponse()
        self._answer(answer.status, dict(answer.getheaders()), answer.read())
        link.close()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    answers: dict[str, int] = {}
    handler = type("Front", (_Front,), {"behind": f"{host}:{port}", "answers": answers})
    front = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=front.serve_forever, daemon=True)
    thread.start()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    client.create_bucket(Bucket=ObjectStore.bucket)
    try:
        yield ObjectStore(f"http://127.0.0.1:{front.server_address[1]}", client, answers)
    finally:
        front.shutdown()
        front.server_close()
        thread.join()
        server.stop()
