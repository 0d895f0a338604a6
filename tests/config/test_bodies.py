"""Bodies that nobody read: the connection they came on is good for the next request, and the refusal is read."""

import io

import pytest

pytestmark = pytest.mark.django_db
LENGTH = 300_000


def sent(client, path, *, method="POST", **environ):
    """The answer to a body of LENGTH bytes, and how much of it was taken in."""
    body = io.BytesIO(b"x" * LENGTH)
    environ = {"CONTENT_LENGTH": str(LENGTH), "wsgi.input": body, **environ}
    response = client.generic(method, path, content_type="audio/wav", **environ)
    return response, body.tell()


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/v5/files", "POST", 401), ("/v5/nothing", "POST", 404), ("/v5/evaluations/x", "PATCH", 401)],
)
def test_a_refused_body_is_taken_in(client, path, method, status):
    response, taken = sent(client, path, method=method)

    assert (response.status_code, taken) == (status, LENGTH)


def test_without_end_it_is_not_taken_in(client, monkeypatch):
    monkeypatch.setattr("config.bodies.DRAINED_BYTES", 1000)
    monkeypatch.setattr("config.bodies.PIECE_BYTES", 500)

    assert sent(client, "/v5/files")[1] == 1000


def test_who_is_gone_has_the_refusal_all_the_same(client):
    class Broken(io.BytesIO):
        def read(self, *_args):
            raise ConnectionResetError

    assert sent(client, "/v5/files", **{"wsgi.input": Broken()})[0].status_code == 401


@pytest.mark.parametrize("path", ["/v5/questions", "/api/v1/labeling-tasks"])
def test_a_body_without_its_length_is_told_so(client, path):
    response = client.generic(
        "POST",
        path,
        b"{}",
        content_type="application/json",
        CONTENT_LENGTH="",
        headers={"Transfer-Encoding": "chunked"},
    )

    assert (response.status_code, response["X-Should-Retry"]) == (411, "false")
    assert "Content-Length" in response.json()["detail"]


def test_every_operation_with_a_body_says_that_it_needs_its_length():
    from drf_spectacular.generators import SchemaGenerator

    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    said = {(method, "411" in operation["responses"]) for path in paths.values() for method, operation in path.items()}

    assert said == {("get", False), ("delete", False), ("post", True), ("put", True), ("patch", True)}
