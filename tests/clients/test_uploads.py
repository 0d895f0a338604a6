"""Uploads and downloads: in pieces, from the start of the file each time, with a bar where it belongs."""

import io
import os
import re
import socket
import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

import earmark_client
from earmark_client import Client
from tests.clients.test_transport import FILE, Server, answer, client_of, pauses  # noqa: F401 - a fixture


class Broken(httpx.BaseTransport):
    """A connection that breaks after a number of bytes have been taken; later ones hold."""

    def __init__(self, after):
        self.after = after
        self.bodies = []

    def handle_request(self, request):
        taken = b""
        for piece in request.stream:
            taken += piece
            if self.after is not None and len(taken) >= self.after:
                self.bodies.append(taken)
                self.after = None
                raise httpx.WriteError("broken pipe", request=request)
        self.bodies.append(taken)
        return answer(200, FILE)


def content_of(body):
    """The bytes of the file's part."""
    return re.search(rb'filename="[^"]*".*?\r\n\r\n(.*)\r\n--', body, re.DOTALL)[1]


def test_an_upload_that_broke_off_starts_again_from_the_beginning(pauses):  # noqa: F811
    server = Broken(after=100_000)
    sound = os.urandom(300_000)
    file = io.BytesIO(sound)
    file.seek(1234)

    client_of(server).files.create(file=file, filename="call.wav")

    assert len(server.bodies[0]) < 200_000
    assert content_of(server.bodies[1]) == sound


def test_an_upload_that_was_sent_whole_is_not_sent_again(pauses):  # noqa: F811
    with pytest.raises(earmark_client.APITimeoutError):
        client_of(Server(httpx.ReadTimeout("no answer"))).files.create(file=b"sound")

    assert pauses == []


@pytest.mark.parametrize("kind", ["path", "name", "file", "bytes"])
def test_files_paths_and_bytes_are_taken(kind, tmp_path):
    path = tmp_path / "Größe.wav"
    path.write_bytes(b"sound")
    given = {"path": path, "name": str(path), "file": path.open("rb"), "bytes": b"sound"}
    server = Broken(after=None)

    client_of(server).files.create(file=given[kind], purpose="evaluation")
    given["file"].close()

    [body] = server.bodies
    assert content_of(body) == b"sound"
    assert body.index(b'name="purpose"') < body.index(b'name="file"')
    assert ("upload" if kind == "bytes" else "Größe.wav").encode() in body


def test_text_and_pipes_are_refused(tmp_path):
    path = tmp_path / "call.wav"
    path.write_bytes(b"sound")
    client = client_of(Server())
    reading, writing = os.pipe()
    os.close(writing)

    with path.open() as text, pytest.raises(TypeError, match='open\\(path, "rb"\\)'):
        client.files.create(file=text)
    with os.fdopen(reading, "rb") as pipe, pytest.raises(TypeError, match="a pipe cannot"):
        client.files.create(file=pipe)


@pytest.fixture
def sink():
    """A real server that takes any upload and keeps only its length."""

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self):
            self.server.uploads += 1
            if self.server.hangs_up_at == self.server.uploads:
                self.rfile.read(100_000)
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            left = self.server.taken = int(self.headers["Content-Length"])
            while left:
                left -= len(self.rfile.read(min(left, 1 << 16)))
            body = answer(200, FILE).content
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"only this")

        def log_message(self, *args):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    server.uploads = server.hangs_up_at = 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def client_at(server, **options):
    return Client(api_key="x", base_url=f"http://127.0.0.1:{server.server_port}", **options)


def test_a_long_file_is_never_in_memory(sink, tmp_path):
    path = tmp_path / "long.wav"
    size = 200 * 1024**2
    with path.open("wb") as file:
        file.truncate(size)
    with client_at(sink) as client:
        client.files.create(file=b"the first one loads what is loaded once")
        tracemalloc.start()
        client.files.create(file=path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert sink.taken > size
    assert peak < 4 * 1024**2


def test_an_upload_survives_a_connection_that_hangs_up(sink, tmp_path):
    sink.hangs_up_at = 1
    path = tmp_path / "call.wav"
    with path.open("wb") as file:
        file.truncate(20 * 1024**2)

    with client_at(sink) as client:
        client.files.create(file=path)

    assert sink.uploads == 2
    assert sink.taken > 20 * 1024**2


@pytest.mark.parametrize(("progress", "is_shown"), [(None, False), (False, False), (True, True)])
def test_a_bar_is_shown_on_a_terminal_or_when_asked_for(progress, is_shown, capsys):
    server = Broken(after=None)

    client_of(server).files.create(file=b"x" * 3000, filename="call.wav", progress=progress)

    told = capsys.readouterr().err
    assert ("call.wav: 100%" in told) is is_shown


def test_a_download_that_breaks_off_leaves_no_file(sink, tmp_path):
    with client_at(sink, max_retries=0) as client, pytest.raises(earmark_client.APIConnectionError):
        client.files.download("f1", tmp_path / "call.wav")

    assert list(tmp_path.iterdir()) == []


def test_waiting_stops_when_time_is_up(pauses):  # noqa: F811
    running = {**FILE, "name": "Calls", "status": "running"}

    with pytest.raises(earmark_client.APITimeoutError, match="Calls is still running after 0 s"):
        client_of(Server(answer(200, running))).evaluations.wait_until_completed("e1", poll_s=1, timeout_s=0)


def test_waiting_moves_a_bar_by_rows(pauses, capsys):  # noqa: F811
    def evaluation(status, pending):
        rows = {"total": 4, "pending": pending, "successful": 4 - pending, "failed": 0}
        return answer(200, {**FILE, "name": "Calls", "status": status, "progress": {"items": rows, "workflows": None}})

    server = Server(evaluation("running", 3), evaluation("running", 1), evaluation("completed", 0))
    done = client_of(server).evaluations.wait_until_completed("e1", progress=True)

    assert done.status == "completed"
    assert pauses == [5, 5]
    assert "4/4" in capsys.readouterr().err
