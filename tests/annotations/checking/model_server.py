"""A server that speaks the chat-completions protocol, and answers as a test says: well, late, wrongly or not at all."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PASSED = '{"verdict": "passed", "findings": []}'


def found(
    reason: str = "Nobody is calm and agitated at once.", *, aliases: tuple[str, ...] = ("words",), code: str = ""
) -> str:
    finding = {"code": code or "contradiction", "aliases": list(aliases), "reason": reason}
    return json.dumps({"verdict": "found", "findings": [finding]})


def completion(content: Any, **message: Any) -> bytes:
    """What the protocol answers with."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content, **message}}
    body = {"id": "c1", "object": "chat.completion", "created": 1, "model": "test", "choices": [choice]}
    return json.dumps(body).encode()


class ModelServer:
    """`replies` are used up in order, the last one again and again: text, (status, headers), bytes, or a function that
    gets the handler. `asked` holds the bodies of all requests."""

    def __init__(self) -> None:
        self.replies: list[Any] = [PASSED]
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.let_go = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.keys.append(self.headers.get("Authorization", ""))
                server.asked.append({"path": self.path, **body})
                reply = server.replies.pop(0) if len(server.replies) > 1 else server.replies[0]
                try:
                    server.answer(self, reply)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"

    def answer(self, handler: BaseHTTPRequestHandler, reply: Any) -> None:
        if callable(reply):
            reply(handler)
            return
        status, headers = reply if isinstance(reply, tuple) else (200, {})
        body = reply if isinstance(reply, bytes) else completion(reply) if isinstance(reply, str) else b"{}"
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def hang(self, handler: BaseHTTPRequestHandler) -> None:
        """Take the question and say nothing until the test is over."""
        self.let_go.wait(60)
        handler.close_connection = True

    def drip(self, handler: BaseHTTPRequestHandler) -> None:
        """Begin to answer and never come to the end: each piece is early enough for a time-out between two of them."""
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not self.let_go.wait(0.1):
            handler.wfile.write(b" ")

    def pour(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer without an end."""
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        while not self.let_go.is_set():
            handler.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    def hang_up(self, handler: BaseHTTPRequestHandler) -> None:
        """Break off in the middle of the answer."""
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(b"{")
        handler.close_connection = True


@contextmanager
def running() -> Iterator[ModelServer]:
    server = ModelServer()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.let_go.set()
        server.http.shutdown()
        server.http.server_close()
        thread.join()


Reply = str | bytes | tuple[int, dict[str, str]] | Callable[[BaseHTTPRequestHandler], None]
