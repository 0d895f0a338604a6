"""Rows of an evaluation as files: each format holds what the list answers, and addresses are good for an hour."""

import csv
import io
import json
import os
import time
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core import signing
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st

from datasets.formats.tables import csv_table, unguard
from evaluations import downloads
from evaluations.actions import evaluations as actions
from evaluations.flattening import Columns, TooManyColumns
from evaluations.jobs import remove_old_exports
from tests.evaluations.factories import make_evaluation, make_question, task_of
from tests.evaluations.labeling import answer, skip
from tests.factories import ApiKeyFactory

ADDRESS = "/v5/evaluation-items/export"


@pytest.fixture
def evaluation(people):
    """Four rows, each with something that a careless file would spoil."""
    data = [
        {"text": "=1+1", "speaker": {"name": "Zoë", "age": None}},
        {"text": 'says "no",\r\nthen\u2028yes', "speaker": {}},
        {"text": "🦒", "list": [1, "two", {"three": 3}], "yes": True},
        {"text": "", "speaker": {"name": "'=quoted"}},
    ]
    tasks = [
        task_of(make_question(people.workspace), alias="marks"),
        task_of(make_question(people.workspace, "form"), alias="form"),
    ]
    made = make_evaluation(people.workspace, by=people.administrator, name="Calls in May", data=data, tasks=tasks)
    answer(made, 1, {"marks": [1250, 4801], "form": {"speaker": "+49"}}, by=people.operator)
    answer(made, 3, {"form": {"speaker": "Ada"}}, by=people.operator)
    skip(made, 2, by=people.operator)
    return made


def listed(v5, evaluation):
    return v5.get(f"/v5/evaluation-items?evaluation_id={evaluation.pk}").json()["items"]


def exported(v5, evaluation, **body):
    answer_ = v5.post(ADDRESS, {"evaluation_id": str(evaluation.pk), **body})
    assert answer_.status_code == 200, answer_.content
    return json.loads(answer_.getvalue())


def cells(row):
    """What a table says of a row, written a second time: names of columns with dots, and values as text."""
    found = {"evaluation_item_id": row["id"]}

    def put(values, start):
        for key, value in values.items():
            name = f"{start}{key}"
            if isinstance(value, dict) and value:
                put(value, f"{name}.")
            elif isinstance(value, str):
                found[name] = value
            elif value is None:
                found[name] = ""
            else:
                found[name] = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    put(row["data"], "")
    put(row["files"] or {}, "files.")
    put(row["task_result_statuses"] or {}, "task_result_statuses.")
    put(row["task_errors"] or {}, "task_errors.")
    return found


def table(content):
    names, *rows = csv.reader(io.StringIO(content, newline=""))
    return [{unguard(name): unguard(value) for name, value in zip(names, row, strict=True)} for row in rows]


def test_json_is_the_list_and_what_is_given_when_nothing_is_said(v5, evaluation):
    made = exported(v5, evaluation)

    assert made.keys() == {"filename", "content", "signed_url"}
    assert (made["filename"], made["signed_url"]) == ("calls-in-may.json", None)
    assert json.loads(made["content"]) == listed(v5, evaluation)


def test_json_lines_are_the_rows_of_the_list(v5, evaluation):
    made = exported(v5, evaluation, export_format="jsonl")

    assert made["filename"] == "calls-in-may.jsonl"
    assert made["content"].count("\n") == 4
    assert [json.loads(line) for line in made["content"].splitlines()] == listed(v5, evaluation)


def test_a_table_has_a_column_for_every_value_and_every_file(v5, evaluation):
    made = exported(v5, evaluation, export_format="csv")

    rows = table(made["content"])
    expected = [cells(row) for row in listed(v5, evaluation)]
    assert made["filename"] == "calls-in-may.csv"
    names = list(rows[0])
    # In which order an object's keys come back is the database's own; answers stand behind what was sent.
    assert names[0] == "evaluation_item_id"
    assert set(names[1:4]) == {"text", "speaker.name", "speaker.age"}
    assert names[4:6] == ["marks", "form.speaker"]
    assert set(names[6:9]) == {"speaker", "list", "yes"}
    assert names[9:] == ["files.audio", "task_result_statuses.marks", "task_result_statuses.form"]
    assert rows == [{name: row.get(name, "") for name in rows[0]} for row in expected]
    assert rows[0]["marks"] == "[1.25,4.801]"


def test_no_cell_of_a_table_begins_like_a_formula(v5, evaluation):
    content = exported(v5, evaluation, export_format="csv")["content"]

    found = [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row]
    assert [cell for cell in found if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert "'=1+1" in found


@pytest.mark.parametrize("kind", ["json", "jsonl", "csv"])
def test_an_evaluation_of_one_row_without_files_or_answers_is_a_file_too(v5, people, kind):
    made = make_evaluation(people.workspace, by=people.administrator, data=[{}], files=None, tasks=[])

    content = exported(v5, made, export_format=kind)["content"]

    (row,) = listed(v5, made)
    assert (
        content
        == {
            "json": f"[\n{json.dumps(row, sort_keys=True, separators=(',', ':'))}\n]\n",
            "jsonl": f"{json.dumps(row, sort_keys=True, separators=(',', ':'))}\n",
            "csv": f'"evaluation_item_id"\r\n"{row["id"]}"\r\n',
        }[kind]
    )


def test_a_large_answer_is_put_together_from_pieces(v5, people, monkeypatch):
    monkeypatch.setattr("evaluations.api.items.PIECE_CHARS", 7)
    monkeypatch.setattr("evaluations.item_rows.SLICE", 2)
    data = [{"n": n, "text": "Zoë “🦒”\\\n"} for n in range(5)]
    made = make_evaluation(people.workspace, by=people.administrator, data=data)

    assert json.loads(exported(v5, made)["content"]) == listed(v5, made)
    assert exported(v5, made, export_format="csv")["content"].count("\r\n") == 6


def test_rows_with_too_many_keys_make_no_table(v5, people, client_of, monkeypatch):
    monkeypatch.setattr("evaluations.exporting.MOST_COLUMNS", 5)
    made = make_evaluation(people.workspace, by=people.administrator, data=[{f"k{n}": n for n in range(9)}])

    answer_ = v5.post(ADDRESS, {"evaluation_id": str(made.pk), "export_format": "csv"})

    assert answer_.status_code == 422
    assert answer_.json()["detail"][0]["loc"] == ["body", "export_format"]
    assert "jsonl" in answer_.json()["detail"][0]["msg"]

    page = client_of(people.administrator).get(f"/w/speech-lab/evaluations/{made.pk}/export/csv/")
    assert (page.status_code, "Choose jsonl" in page.content.decode()) == (409, True)


@pytest.mark.parametrize("kind", ["json", "jsonl", "csv"])
def test_a_signed_address_gives_the_same_file_to_whoever_has_it(v5, evaluation, client, media, in_a_folder, kind):
    direct = exported(v5, evaluation, export_format=kind)
    made = exported(v5, evaluation, export_format=kind, export_method="signed_url")

    answer_ = client.get(urlsplit(made["signed_url"]).path)

    assert (made["content"], made["filename"]) == (None, direct["filename"])
    assert made["signed_url"].startswith("http://testserver/v5/downloads/")
    assert answer_.status_code == 200
    assert answer_.getvalue().decode() == direct["content"]
    assert answer_["Content-Disposition"].startswith(f'attachment; filename="calls-in-may.{kind}"')
    assert (
        answer_["Content-Type"]
        == {"json": "application/json", "jsonl": "application/x-ndjson", "csv": "text/csv"}[kind]
    )
    assert (answer_["Cache-Control"], answer_["X-Content-Type-Options"]) == ("private, no-store", "nosniff")


def test_a_signed_address_of_a_bucket_is_its_own_and_needs_no_key(v5, evaluation, media, settings):
    import httpx

    if not settings.AWS_STORAGE_BUCKET_NAME:
        pytest.skip("the bytes lie in a folder")
    made = exported(v5, evaluation, export_format="csv", export_method="signed_url")

    answer_ = httpx.get(made["signed_url"])

    assert answer_.status_code == 200
    assert answer_.text == exported(v5, evaluation, export_format="csv")["content"]
    assert answer_.headers["Content-Disposition"].startswith('attachment; filename="calls-in-may.csv"')
    assert "X-Amz-Expires=3600" in made["signed_url"]


def changed(token):
    """Another letter in the middle of what is signed."""
    middle = len(token) // 3
    return f"{token[:middle]}{'A' if token[middle] != 'A' else 'B'}{token[middle + 1 :]}"


@pytest.mark.parametrize(
    "spoil",
    [
        changed,
        lambda token: token[:-1],
        lambda token: token.rpartition(":")[0],
        lambda token: "nothing",
        lambda token: signing.dumps(["exports/../db.sqlite3", "x.csv"]),
    ],
)
def test_an_address_that_was_changed_leads_nowhere(v5, evaluation, client, media, in_a_folder, spoil):
    path = urlsplit(exported(v5, evaluation, export_method="signed_url")["signed_url"]).path
    token = path.rpartition("/")[2]

    answer_ = client.get(f"/v5/downloads/{spoil(token)}")

    assert client.get(path).status_code == 200
    assert (answer_.status_code, "Export again" in answer_.json()["detail"]) == (404, True)


def test_an_address_is_valid_for_an_hour(v5, evaluation, client, media, in_a_folder, monkeypatch):
    path = urlsplit(exported(v5, evaluation, export_method="signed_url")["signed_url"]).path
    monkeypatch.setattr(downloads, "KEPT_FOR", timedelta(seconds=-1))

    assert client.get(path).status_code == 404


def test_old_exports_go_and_new_ones_stay(v5, evaluation, client, media, in_a_folder):
    path = urlsplit(exported(v5, evaluation, export_method="signed_url")["signed_url"]).path
    (name,) = media.names("exports/")

    remove_old_exports()
    assert media.names("exports/") == [name]
    three_hours_ago = time.time() - 3 * 3600
    os.utime(default_storage.path(name), (three_hours_ago, three_hours_ago))
    remove_old_exports()

    assert media.names("exports/") == []
    assert client.get(path).status_code == 404


def test_a_store_without_exports_has_none_to_remove(db, media):
    remove_old_exports()

    assert media.names() == []


def test_nothing_is_left_in_the_folder_where_files_are_made(v5, evaluation, media, in_a_folder):
    exported(v5, evaluation, export_format="csv")
    exported(v5, evaluation, export_format="csv", export_method="signed_url")

    assert [name for name in media.names() if not name.startswith("exports/")] == []


def test_an_archived_evaluation_is_exported_when_that_is_asked_for(v5, people, evaluation):
    actions.archive(evaluation, by=people.administrator)

    refused = v5.post(ADDRESS, {"evaluation_id": str(evaluation.pk)})
    made = exported(v5, evaluation, include_archived=True)

    assert (refused.status_code, f"“{evaluation.pk}” is archived" in refused.json()["detail"]) == (404, True)
    assert json.loads(made["content"])[0]["data"]["text"] == "=1+1"


@pytest.mark.parametrize(
    ("body", "status", "loc"),
    [
        ({}, 422, ["body", "evaluation_id"]),
        ({"evaluation_id": None}, 422, ["body", "evaluation_id"]),
        ({"evaluation_id": "seven"}, 404, None),
        ({"evaluation_id": str(uuid4())}, 404, None),
        ({"evaluation_id": "HERE", "export_format": "xml"}, 422, ["body", "export_format"]),
        ({"evaluation_id": "HERE", "export_method": "mail"}, 422, ["body", "export_method"]),
        ({"evaluation_id": "HERE", "include_archived": "perhaps"}, 422, ["body", "include_archived"]),
        ([], 422, ["body"]),
    ],
)
def test_what_cannot_be_exported_is_refused(v5, evaluation, body, status, loc):
    if isinstance(body, dict) and body.get("evaluation_id") == "HERE":
        body = {**body, "evaluation_id": str(evaluation.pk)}

    answer_ = v5.post(ADDRESS, body)

    assert answer_.status_code == status
    assert answer_["X-Should-Retry"] == "false"
    assert loc is None or answer_.json()["detail"][0]["loc"] == loc


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"export_format": "xml"}, "“xml” is not known here. Give one of: json, jsonl, csv."),
        ({"export_method": "mail"}, "“mail” is not known here. Give one of: direct, signed_url."),
    ],
)
def test_a_refused_word_is_answered_with_those_that_are_known(v5, evaluation, wrong, sentence):
    answer_ = v5.post(ADDRESS, {"evaluation_id": str(evaluation.pk), **wrong})

    assert answer_.json()["detail"][0]["msg"] == sentence


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("annotation_administrator", 200), ("operator", 403), ("auditor", 403)],
)
def test_who_may_export(v5_of, people, evaluation, who, status):
    client = v5_of(ApiKeyFactory(workspace=people.workspace, user=people[who]).plain_secret)

    answer_ = client.post(ADDRESS, {"evaluation_id": str(evaluation.pk)})
    answer_.getvalue()
    assert answer_.status_code == status


def test_a_key_that_only_reads_may_export(v5_of, people, evaluation):
    key = ApiKeyFactory(workspace=people.workspace, user=people.administrator, scopes=["read"])

    assert len(json.loads(exported(v5_of(key.plain_secret), evaluation)["content"])) == 4


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8) | st.sampled_from(
    ["=1+1", "@sum", "a,b", 'a"b', "a\r\nb", "🦒", "\t-1", "'=", " +1", "a.b", "\u2028"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
rows_ = st.lists(st.dictionaries(texts, values, max_size=4), min_size=1, max_size=4)


def row_of(number, data):
    files = {"audio": "f1", "a.b": "f2"}
    return {
        "id": str(number), "data": data, "files": files, "task_result_statuses": {"marks": "pending"},
        "task_errors": None,
    }  # fmt: skip


def leaves(values, start):
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, [*start, key])
        else:
            yield value


def as_text(value):
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@given(rows_)
def test_no_value_of_any_row_is_lost_in_a_table(data):
    rows = [row_of(number, one) for number, one in enumerate(data)]
    columns = Columns(most=1000)
    for row in rows:
        columns.meet(row)

    content = b"".join(csv_table(map(columns.cells, rows), columns=columns.names)).decode()
    found = table(content)

    names = next(csv.reader(io.StringIO(content, newline="")))
    assert len(set(names)) == len(names) == len(columns.names)
    assert not any(name.startswith(("=", "+", "-", "@", "\t", "\r")) for name in names)
    for row, read in zip(rows, found, strict=True):
        own = columns.cells(row)
        assert {name: read[name] for name in own} == {name: as_text(value) for name, value in own.items()}
        assert list(own.values())[1 : 1 + len(list(leaves(row["data"], [])))] == list(leaves(row["data"], []))
        assert {value for name, value in read.items() if name not in own} <= {""}


def test_values_that_ask_for_the_same_column_get_one_each():
    columns = Columns(most=10)
    row = {
        "id": "7",
        "data": {"a.b": 1, "a": {"b": 2}, "evaluation_item_id": 3, "files.x": 4},
        "files": {"x": "f"},
        "task_result_statuses": None,
        "task_errors": {"marks": {"message": "no sound", "type": "file_unreadable"}},
    }

    columns.meet(row)

    assert columns.cells(row) == {
        "evaluation_item_id": "7",
        "a.b": 1,
        "a.b (2)": 2,
        "evaluation_item_id (2)": 3,
        "files.x": 4,
        "files.x (2)": "f",
        "task_errors.marks.message": "no sound",
        "task_errors.marks.type": "file_unreadable",
    }


def test_a_table_has_no_more_columns_than_were_allowed():
    columns = Columns(most=3)
    columns.meet({"id": "1", "data": {"a": 1, "b": 2}, "files": None, "task_result_statuses": None, "task_errors": {}})

    with pytest.raises(TooManyColumns):
        columns.meet({"id": "2", "data": {"c": 1}, "files": None, "task_result_statuses": None, "task_errors": None})
