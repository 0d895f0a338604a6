"""What the client repeats, after how long, and what it says when it gives up. The server here is a list of answers."""

import time
from email.utils import formatdate

import httpx
import pytest

import earmark_client
from earmark_client import Client

FILE = {
    "id": "f1",
    "filename": "call.wav",
    "md5_checksum": "0" * 32,
    "mime_type": "audio/wav",
    "size": 4,
    "created_at": "2026-11-20T10:00:00Z",
    "created_by": {"id": "u1", "type": "user", "object": "identity"},
    "invented_later": True,
}
EMPTY = {"object": "list", "items": [], "total": 0, "has_more": False, "limit": 100}


class Server:
    """Answers one request after the other as it was told: a response, or an exception on the way."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            answer.request = request
            raise answer
        request.read()
        return answer


@pytest.fixture
def pauses(monkeypatch):
    """How long the client waited; it does not."""
    waited = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def client_of(server, **options):
    transport = server if isinstance(server, httpx.BaseTransport) else httpx.MockTransport(server)
    return Client(api_key="em_live_x", base_url="http://test", transport=transport, **options)


def answer(status, body=None, **headers):
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()})


def read(client):
    return client.files.list()


def make(client):
    return client.questions.create(type="timestamp", title="a", prompt="b")


NEVER_REACHED = [httpx.ConnectError("refused"), httpx.ConnectTimeout("late"), httpx.PoolTimeout("busy")]
MAYBE_DONE = [httpx.ReadTimeout("late"), httpx.ReadError("reset"), httpx.RemoteProtocolError("hung up")]
NOTHING_DONE = [answer(408), answer(429), answer(503, retry_after="2")]
AT_FAULT = [answer(500), answer(502), answer(503), answer(504)]
REFUSED = [answer(status) for status in (400, 401, 403, 404, 409, 413, 415, 422)]


@pytest.mark.parametrize("trouble", [*NEVER_REACHED, *MAYBE_DONE, *NOTHING_DONE, *AT_FAULT], ids=repr)
def test_reading_goes_on_after_trouble(trouble, pauses):
    server = Server(trouble, answer(200, EMPTY))

    assert read(client_of(server)).items == []
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("trouble", "attempts"),
    [
        *((one, 3) for one in [*NEVER_REACHED, *NOTHING_DONE, answer(500, x_should_retry="true")]),
        *((one, 1) for one in [*MAYBE_DONE, *AT_FAULT, *REFUSED, answer(429, x_should_retry="false")]),
    ],
    ids=repr,
)
def test_creating_is_repeated_only_where_nothing_was_done(trouble, attempts, pauses):
    server = Server(trouble, trouble, trouble)

    with pytest.raises(earmark_client.EarmarkError):
        make(client_of(server))

    assert len(server.requests) == attempts
    assert len(pauses) == attempts - 1


@pytest.mark.parametrize("refusal", [*REFUSED, answer(500, x_should_retry="false")], ids=repr)
def test_a_refused_reading_is_not_repeated(refusal, pauses):
    server = Server(refusal)

    with pytest.raises(earmark_client.APIStatusError):
        read(client_of(server))

    assert pauses == []


def test_pauses_double_up_to_eight_seconds(pauses):
    server = Server(*[answer(500)] * 7)

    with pytest.raises(earmark_client.ServerError):
        read(client_of(server, max_retries=6))

    for pause, longest in zip(pauses, [0.5, 1, 2, 4, 8, 8], strict=True):
        assert 0.75 * longest <= pause <= longest


@pytest.mark.parametrize(("text", "seconds"), [("7", 7), ("0.25", 0.25), ("soon", 0.5)])
def test_the_server_says_how_long_to_wait(text, seconds, pauses):
    read(client_of(Server(answer(429, retry_after=text), answer(200, EMPTY))))

    assert pauses[0] == pytest.approx(seconds, rel=0.26)


def test_or_until_when(pauses):
    read(client_of(Server(answer(429, retry_after=formatdate(time.time() + 20, usegmt=True)), answer(200, EMPTY))))

    assert 18 <= pauses[0] <= 20


def test_more_than_a_minute_is_not_waited_for(pauses):
    with pytest.raises(earmark_client.RateLimitError):
        read(client_of(Server(answer(429, retry_after="61"))))

    assert pauses == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, earmark_client.BadRequestError),
        (401, earmark_client.AuthenticationError),
        (403, earmark_client.PermissionDeniedError),
        (404, earmark_client.NotFoundError),
        (409, earmark_client.APIStatusError),
        (413, earmark_client.TooLargeError),
        (415, earmark_client.UnsupportedMediaTypeError),
        (422, earmark_client.UnprocessableEntityError),
        (429, earmark_client.RateLimitError),
        (500, earmark_client.ServerError),
    ],
)
def test_a_refusal_has_a_class_and_the_servers_words(status, kind, pauses):
    with pytest.raises(earmark_client.APIStatusError) as refused:
        read(client_of(Server(answer(status, {"detail": "No. Do that."})), max_retries=0))

    assert type(refused.value) is kind
    assert str(refused.value) == "No. Do that."
    assert refused.value.status_code == status


def test_each_field_that_is_wrong_is_named():
    detail = [
        {"loc": ["body", "tasks", 0, "alias"], "msg": "Give it another name.", "type": "value_error"},
        {"loc": ["body"], "msg": "Give rows.", "type": "value_error"},
    ]

    with pytest.raises(earmark_client.UnprocessableEntityError) as refused:
        make(client_of(Server(answer(422, {"detail": detail}))))

    assert str(refused.value) == "tasks.0.alias: Give it another name.\nGive rows."
    assert [problem.where for problem in refused.value.problems] == ["tasks.0.alias", ""]


@pytest.mark.parametrize(
    ("response", "kind", "words"),
    [
        (httpx.Response(200, text="<html>"), earmark_client.UnexpectedAnswer, "Is the base address that of an Earmark"),
        (answer(200, {"items": [{"id": "1"}]}), earmark_client.UnexpectedAnswer, "File without “filename”"),
        (answer(200, []), earmark_client.UnexpectedAnswer, "Expected a list"),
        (answer(301, location="http://else"), earmark_client.APIStatusError, "http://test/v5/files answered 301"),
        (httpx.Response(502, text="<html>"), earmark_client.ServerError, "answered 502 Bad Gateway"),
    ],
)
def test_what_is_no_earmark_is_told(response, kind, words):
    with pytest.raises(kind, match=words):
        read(client_of(Server(response), max_retries=0))


def test_trouble_on_the_way_is_told_with_the_address():
    with pytest.raises(earmark_client.APITimeoutError, match="GET http://test/v5/files: late"):
        read(client_of(Server(httpx.ReadTimeout("late")), max_retries=0))
    with pytest.raises(earmark_client.APIConnectionError, match="refused"):
        read(client_of(Server(httpx.ConnectError("refused")), max_retries=0))


def test_fields_of_later_versions_are_no_error():
    file = client_of(Server(answer(200, FILE))).files.retrieve("f1")

    assert (file.id, file.created_at.year, file.created_by.type) == ("f1", 2026, "user")
    assert file.raw["invented_later"] is True


def test_queries_are_written_as_the_server_reads_them():
    server = Server(answer(200, EMPTY))

    client_of(server).evaluations.list(tags=["a", "b"], include_archived=True, name="x y", limit=3)

    assert dict(server.requests[0].url.params) == {
        "tags": "a,b",
        "include_archived": "true",
        "name": "x y",
        "limit": "3",
    }


def test_an_alias_stays_one_part_of_the_address_whatever_it_holds():
    server = Server(answer(404, {"detail": "No."}))

    with pytest.raises(earmark_client.NotFoundError):
        client_of(server).evaluations.tasks.update("wh/o? ü", evaluation_id="e1", configuration={})

    assert server.requests[0].url.raw_path == b"/v5/evaluations/e1/tasks/wh%2Fo%3F%20%C3%BC"


def test_an_empty_id_is_not_the_whole_list():
    with pytest.raises(ValueError, match="an id is empty"):
        client_of(Server()).files.delete("")


def test_key_account_and_a_prefix_of_the_address_are_kept(monkeypatch):
    monkeypatch.setenv("EARMARK_API_KEY", "em_live_environment")
    monkeypatch.setenv("EARMARK_ACCOUNT_ID", "speech-lab")
    monkeypatch.setenv("EARMARK_BASE_URL", "http://test/behind/")
    server = Server(answer(200, EMPTY))

    with Client(account_id=..., api_key=..., transport=httpx.MockTransport(server)) as client:
        client.files.list()

    request = server.requests[0]
    assert str(request.url) == "http://test/behind/v5/files"
    assert request.headers["x-api-key"] == "em_live_environment"
    assert request.headers["x-selected-account-id"] == "speech-lab"


def test_without_a_key_it_says_where_to_get_one(monkeypatch):
    monkeypatch.delenv("EARMARK_API_KEY", raising=False)

    with pytest.raises(earmark_client.EarmarkError, match="set EARMARK_API_KEY"):
        Client()


def pages_of(*ids, has_more):
    return answer(
        200, {**EMPTY, "items": [{**FILE, "id": one} for one in ids], "total": 5, "has_more": has_more, "limit": 2}
    )


def test_a_list_fetches_its_pages_while_it_is_read():
    server = Server(pages_of("1", "2", has_more=True), pages_of("3", "4", has_more=True), pages_of("5", has_more=False))

    page = client_of(server).files.list(limit=2)

    assert (page.total, [file.id for file in page.items], len(server.requests)) == (5, ["1", "2"], 1)
    assert [file.id for file in page] == ["1", "2", "3", "4", "5"]
    assert [request.url.params.get("starting_after") for request in server.requests] == [None, "2", "4"]


def test_and_backwards():
    server = Server(pages_of("3", "4", has_more=True), pages_of("1", "2", has_more=False))

    page = client_of(server).files.list(limit=2, ending_before="5")

    assert [[file.id for file in one.items] for one in page.pages()] == [["3", "4"], ["1", "2"]]
    assert [request.url.params["ending_before"] for request in server.requests] == ["5", "3"]
