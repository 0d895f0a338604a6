"""The library of questions in the browser, without JavaScript."""

import json
import re

import pytest
from django.utils import timezone

from annotations.actions import questions as actions
from annotations.models import Question
from tests.annotations.factories import NOTE, make_dataset, make_task
from tests.annotations.wizard import errors
from tests.callers import WHO
from tests.datasets.factories import AnnotationSetFactory
from tests.factories import MembershipFactory
from workspaces.models import AuditEvent

LIBRARY = "/w/speech-lab/questions/"
SCHEMA = {
    "type": "object",
    "properties": {
        "who": {"type": "string", "title": "Who speaks", "description": "By voice."},
        "noise": {"enum": ["none", "some"]},
        "tags": {"type": "array", "items": {"enum": ["music", "echo"]}},
        "age": {"type": "integer", "minimum": 0, "maximum": 120},
        "sure": {"type": "boolean"},
        "more": {"type": "object", "properties": {"words": {"type": "string", "maxLength": 900}}},
        "raw": {"type": "array"},
        "pick": {"$ref": "#/$defs/pick"},
        "maybe": {"anyOf": [{"type": "number"}, {"type": "null"}], "title": "Perhaps"},
    },
    "required": ["who"],
    "$defs": {"pick": {"oneOf": [{"const": "a", "title": "The first"}, {"const": "b"}]}},
}
FIELDS = {
    "timestamp": ({"multi": "on"}, {"multi": True}),
    "categorical": (
        {"choices": "good\n\n bad \n", "multi": "on"},
        {"choices": ["good", "bad"], "multi": True, "dropdown": False},
    ),
    "rating": (
        {"steps": "7", "min_label": "poor", "max_label": "great"},
        {"steps": 7, "min_label": "poor", "max_label": "great"},
    ),
    "number": ({"min": "0", "max": "1.5"}, {"min": 0, "max": 1.5}),
    "free_text": ({"max_length": "80"}, {"min_length": 0, "max_length": 80}),
    "form": ({"form_schema": json.dumps(SCHEMA)}, {"form_schema": SCHEMA}),
}


def make(people, name="When", kind="timestamp", prompt="", configuration=None, by=None, **kwargs):
    return actions.create_question(
        people.workspace, kind=kind, name=name, prompt=prompt, configuration=configuration or {}, conditions=[],
        by=by or people.administrator, **kwargs,
    )  # fmt: skip


def posted(kind, **fields):
    return {f"question-{name}": value for name, value in {"type": kind, "name": "When", **fields}.items()}


def shown(html):
    return re.findall(r'class="name" href="[^"]*" title="([^"]*)"', html)


@pytest.fixture
def browser(client_of, people):
    return client_of(people.annotation_administrator)


def read(browser, address=LIBRARY):
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("kind", list(FIELDS))
def test_each_type_is_made_from_what_is_typed(browser, people, kind):
    typed, kept = FIELDS[kind]

    form = browser.get(f"{LIBRARY}new/?type={kind}")
    response = browser.post(f"{LIBRARY}new/", posted(kind, prompt="Where?", **typed))

    question = Question.objects.get()
    assert form.status_code == 200
    assert (response.status_code, response.url) == (302, f"{LIBRARY}{question.pk}/")
    stored = {name: value for name, value in question.configuration.items() if name != "order"}
    assert (question.type, question.name, question.prompt, stored) == (kind, "When", "Where?", kept)
    assert read(browser, response.url).count("Where?") == 1
    assert AuditEvent.objects.get(target_id=question.pk).verb == "create"


def test_regions_are_made_with_a_datasets_artifact_types(browser, people):
    dataset = make_dataset(people.workspace)

    browser.post(f"{LIBRARY}new/", posted("regions", dataset=str(dataset.pk)))

    assert [label["name"] for label in Question.objects.get().configuration["labels"]] == ["glitch", "long_pause"]


def test_without_artifact_types_there_is_nothing_to_mark(browser):
    assert "No dataset has artifact types yet" in read(browser, f"{LIBRARY}new/?type=regions")


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("timestamp", {"name": ""}, ["Give the question a name."]),
        ("timestamp", {"name": "x" * 256}, ["Ensure this value has at most 255 characters (it has 256)."]),
        ("categorical", {"choices": " \n "}, ["Give at least one choice."]),
        ("categorical", {"choices": "a\na"}, ["Each choice may stand there once."]),
        ("rating", {}, ["This field is required.", "Say what it means.", "Say what it means."]),
        ("rating", {"steps": "101", "min_label": "a", "max_label": "b"},
         ["Ensure this value is less than or equal to 100."]),
        ("number", {"min": "2", "max": "1"}, ["The largest number must not lie below the smallest."]),
        ("number", {"min": "nan"}, ["Enter a number."]),
        ("free_text", {"min_length": "9", "max_length": "3"},
         ["Lengths are whole numbers, the least not above the most, and at most 20000."]),
        ("form", {}, ["Give the schema of the form."]),
        ("form", {"form_schema": '{"type":\n  oops'}, ["This is no JSON. Line 2, column 3: Expecting value."]),
        ("form", {"form_schema": "NaN"}, ["This is no JSON: it is nested too deeply, or holds no number."]),
        ("form", {"form_schema": "[" * 5000}, ["This is no JSON: it is nested too deeply, or holds no number."]),
        ("form", {"form_schema": "[]"}, ["Give a JSON schema: an object."]),
        ("form", {"form_schema": '{"type": "object", "properties": {"a": {"$ref": "#/$defs/b"}}}'},
         ["properties › a › $ref: “#/$defs/b” leads to no schema in this one. Begin with #/$defs/."]),
        ("regions", {}, ["Choose the dataset whose artifact types are marked."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(browser, people, kind, fields, said):
    make_dataset(people.workspace)

    response = browser.post(f"{LIBRARY}new/", posted(kind, **fields))

    assert response.status_code == 422
    assert errors(response.content.decode()) == said
    assert not Question.objects.exists()


def test_the_kinds_are_offered_when_none_is_chosen(browser):
    html = read(browser, f"{LIBRARY}new/")

    assert re.findall(r'href="\?type=(\w+)"', html) == [
        "regions", "timestamp", "categorical", "rating", "number", "free_text", "form", "words",
    ]  # fmt: skip
    assert "?type=regions" in read(browser, f"{LIBRARY}new/?type=nonsense")


def test_the_preview_follows_the_typing(browser):
    def preview(kind, **fields):
        response = browser.post(f"{LIBRARY}preview/", posted(kind, **fields))
        assert response.status_code == 200
        return response.content.decode()

    rating = preview("rating", name="Quality", steps="3", min_label="poor", max_label="great")
    assert re.findall(r'class="step">(\d)<', rating) == ["1", "2", "3"]
    assert "poor" in rating
    assert "Nothing to show yet." in preview("rating", steps="")
    assert re.findall(r"<option>(\w+)</option>", preview("categorical", choices="a\nb", dropdown="on")) == ["a", "b"]
    assert preview("categorical", choices="a\nb", multi="on").count('type="checkbox"') == 2
    assert "Line 1, column 2" in preview("form", form_schema="{")
    form = preview("form", form_schema=json.dumps(SCHEMA))
    assert re.findall(r'class="form-label">([\w ]+)', form) == [
        "Who speaks", "noise ", "tags ", "age ", "more ", "words ", "raw ", "pick ", "Perhaps ",
    ]  # fmt: skip
    assert re.findall(r"<option>([\w ]+)</option>", form) == ["none", "some", "The first", "b"]
    for part in ("0 to 120", "By voice.", "written as JSON", "at most 900"):
        assert part in form
    for kind in ("timestamp", "number", "free_text"):
        assert "Nothing to show yet." not in preview(kind)


def test_nothing_in_a_preview_can_be_worked(browser, people):
    question = make(people, kind="categorical", configuration={"choices": ["a", "b"]})

    html = read(browser, f"{LIBRARY}{question.pk}/")

    assert '<div class="asked-preview" inert>' in html
    assert html.count('type="radio" disabled') == 2


def test_the_list_is_found_by_words_type_and_shelf(browser, people):
    make(people, "Mispronunciation", prompt="Mark each wrong word.")
    make(people, "Quality", "rating", configuration={"steps": 5, "min_label": "a", "max_label": "b"})
    actions.archive(make(people, "Old one"), by=people.administrator)

    assert shown(read(browser)) == ["Quality", "Mispronunciation"]
    assert shown(read(browser, f"{LIBRARY}?type=rating")) == ["Quality"]
    assert shown(read(browser, f"{LIBRARY}?q=WRONG+w")) == ["Mispronunciation"]
    assert shown(read(browser, f"{LIBRARY}?shelf=archived")) == ["Old one"]
    assert shown(read(browser, f"{LIBRARY}?type=nonsense&shelf=else&after=x")) == ["Quality", "Mispronunciation"]
    assert "No question like that" in read(browser, f"{LIBRARY}?q=nothing%00")
    assert "Archive (1)" in read(browser)


def test_an_empty_library_says_what_it_is_for(browser):
    assert "No questions yet" in read(browser)
    assert "Nothing is archived" in read(browser, f"{LIBRARY}?shelf=archived")


def test_a_long_list_goes_on_from_the_last_row(browser, people):
    for number in range(31):
        make(people, f"Q{number:02}")

    first = read(browser)
    after = re.search(r'id="next" href="\?([^"]*)"', first).group(1).replace("&amp;", "&")
    second = read(browser, f"{LIBRARY}?{after}")

    assert shown(first) == [f"Q{number:02}" for number in range(30, 0, -1)]
    assert shown(second) == ["Q00"]
    assert "31 in all" in first
    assert 'id="next"' not in second


def test_it_says_where_a_question_is_asked(browser, people):
    question = make(people, "Free", "free_text")
    tasks = [
        make_task(make_dataset(people.workspace, name=name), by=people.administrator, name=name, questions=[asked])
        for name, asked in (("First", question_by_id(question)), ("Second", question_by_id(question)), ("Other", NOTE))
    ]
    tasks[0].delete_softly(by=people.administrator)

    listed, html = read(browser), read(browser, f"{LIBRARY}{question.pk}/")

    assert re.sub(r"\s+", " ", listed).count("1 task<") == 2
    assert [name for name in ("First", "Second", "Other") if f'title="{name}"' in html] == ["Second"]


def question_by_id(question):
    from annotations.actions.creating import AskedQuestion

    return AskedQuestion(question_id=question.pk)


def test_another_name_is_shown_where_it_is_asked(browser, api, people):
    question = make(people, "Free", "free_text")
    make_task(make_dataset(people.workspace), by=people.administrator, questions=[question_by_id(question)])
    task = people.workspace.labeling_tasks.get()

    def asked():
        task.refresh_from_db()
        body = api(people.operator).post(f"/api/v1/labeling-tasks/{task.pk}/next").json()
        return [row["name"] for row in body["questions"]]

    before = asked()
    response = browser.post(f"{LIBRARY}{question.pk}/rename/", {"name": " Notes "})

    assert (before, response.status_code, asked()) == (["Free"], 302, ["Notes"])
    event = AuditEvent.objects.get(target_id=question.pk, verb="rename")
    assert event.data == {"name": "Notes", "changes": {"name": {"before": "Free", "after": "Notes"}}}


@pytest.mark.parametrize("name", ["", "   ", "x" * 256, "a\0b"])
def test_a_name_that_is_none_is_refused(browser, people, name):
    question = make(people)

    response = browser.post(f"{LIBRARY}{question.pk}/rename/", {"name": name})

    assert response.status_code == 422
    assert len(errors(response.content.decode())) == 1
    question.refresh_from_db()
    assert question.name == "When"


def test_the_archive_takes_and_gives_back(browser, people):
    question = make(people)

    taken = browser.post(f"{LIBRARY}{question.pk}/move/", {"move": "archive", "from": "list"})
    assert (taken.status_code, taken.url, shown(read(browser))) == (302, LIBRARY, [])
    assert "Rename" not in read(browser, f"{LIBRARY}{question.pk}/")
    given = browser.post(f"{LIBRARY}{question.pk}/move/", {"move": "restore"})

    assert (given.status_code, given.url, shown(read(browser))) == (302, f"{LIBRARY}{question.pk}/", ["When"])


@pytest.mark.parametrize("move", ["restore", "delete", ""])
def test_a_move_at_the_wrong_moment_is_refused(browser, people, move):
    question = make(people)

    assert browser.post(f"{LIBRARY}{question.pk}/move/", {"move": move}).status_code == 409


def test_an_archived_question_is_asked_by_no_new_task(api, people):
    question = make(people)
    actions.archive(question, by=people.administrator)
    dataset = make_dataset(people.workspace)

    answer = api(people.administrator).post(
        "/api/v1/labeling-tasks",
        {"dataset": str(dataset.pk), "name": "New", "questions": [{"question_id": str(question.pk)}]},
    )

    assert answer.status_code == 422
    assert [(row["loc"], row["msg"]) for row in answer.json()["detail"]] == [
        (["body", "questions", 0, "question_id"],
         f"There is no question with the id “{question.pk}” in this workspace that is not archived."),
    ]  # fmt: skip


def test_regions_of_another_dataset_are_not_asked_where_their_types_are_unknown(api, people):
    there, here = make_dataset(people.workspace), make_dataset(people.workspace, name="Here")
    question = make(people, kind="regions", dataset=there)
    here.artifact_types.filter(name="glitch").delete()

    answer = api(people.administrator).post(
        "/api/v1/labeling-tasks",
        {"dataset": str(here.pk), "name": "New", "questions": [{"question_id": str(question.pk)}]},
    )

    assert answer.status_code == 422
    assert [row["msg"] for row in answer.json()["detail"]] == [
        "It marks artifact types that this dataset does not have: glitch."
    ]


MANAGERS = (200, 200, 200, 403, 403, 404, 302)
DONE = (302, 302, 302, 403, 403, 404, 302)
CALLS = {
    "": (None, MANAGERS),
    "?shelf=archived": (None, MANAGERS),
    "new/": (None, MANAGERS),
    "new/?type=form": (None, MANAGERS),
    "{pk}/": (None, MANAGERS),
    "new/ made": (posted("timestamp"), DONE),
    "preview/": (posted("timestamp"), MANAGERS),
    "{pk}/rename/": ({"name": "Other"}, DONE),
    "{pk}/move/": ({"move": "archive"}, DONE),
}


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [(path, *cell) for path, (_, row) in CALLS.items() for cell in zip(WHO, row, strict=True)],
)
def test_who_gets_where(client_of, people, path, who, status):
    question = make(people)
    client, body = client_of(people[who]), CALLS[path][0]
    address = LIBRARY + path.format(pk=question.pk).removesuffix(" made")

    response = client.get(address) if body is None else client.post(address, body)

    assert response.status_code == status


@pytest.mark.parametrize("path", ["{pk}/", "{pk}/rename/", "{pk}/move/"])
def test_a_question_is_found_in_its_own_workspace_alone(client_of, people, path):
    elsewhere = MembershipFactory(user=people.administrator, role="administrator").workspace
    question = make(people)
    client, address = client_of(people.administrator), f"/w/{elsewhere.slug}/questions/{path.format(pk=question.pk)}"

    response = client.get(address) if path == "{pk}/" else client.post(address, {"name": "Mine", "move": "archive"})

    assert response.status_code == 404
    question.refresh_from_db()
    assert (question.name, question.archived_at) == ("When", None)


def test_the_list_takes_as_many_queries_for_three_as_for_one(browser, people):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as made:
            browser.get(LIBRARY)
            return len(made)

    make(people)
    queries()
    for_one = queries()
    make(people)
    make(people, by=people.annotation_administrator)

    assert queries() == for_one


@pytest.mark.parametrize("page", ["http://testserver/w/speech-lab/questions/", "https://elsewhere.example/", ""])
def test_a_refused_move_leads_back_to_the_page_it_came_from(browser, people, page):
    address = f"{LIBRARY}{make(people).pk}/move/"

    html = browser.post(address, {"move": "restore"}, headers={"Referer": page}).content.decode()

    assert (f'href="{page}">Back to the page' in html) == page.startswith("http://testserver")
    assert "elsewhere.example" not in html


def test_a_page_that_cannot_be_shown_now_leads_back_too_but_not_to_itself(client_of, people):
    published = AnnotationSetFactory(
        dataset__workspace=people.workspace, state="published", published_at=timezone.now()
    )
    page = f"http://testserver/w/{people.workspace.slug}/annotation-sets/{published.pk}/label/"
    before = "http://testserver/w/speech-lab/datasets/"

    refused = [client_of(people.administrator).get(page, headers={"Referer": came}) for came in (before, page)]

    assert [answer.status_code for answer in refused] == [409, 409]
    assert [f'href="{before}">Back to the page' in answer.content.decode() for answer in refused] == [True, False]
    assert f'href="{page}"' not in refused[1].content.decode()
