"""What is refused when an evaluation is made: with its place, the wrong id or word in the sentence, nothing stored."""

import json
from types import SimpleNamespace

import pytest

from annotations.models import LabelingTask, QuestionType
from evaluations.actions.row_sets import archive_row_set, create_row_set
from evaluations.models import Evaluation, EvaluationDataset, EvaluationFile, EvaluationItem, EvaluationTask
from evaluations.rows import Row
from tests.evaluations.factories import CONFIGURATIONS, layout, make_files, make_question, task_of
from tests.factories import WorkspaceFactory
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
URL = "/v5/evaluations"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def scene(people):
    """A body that is right, and what can make it wrong."""
    workspace, other = people.workspace, WorkspaceFactory()
    question = make_question(workspace)
    files = make_files(workspace, 2)
    data = [{"text": "one", "given": [1.5], "nested": {"a": 1}}, {"text": "two"}]
    row_set = create_row_set(workspace, name="Rows", rows=[Row({"text": "a"}, {})], by=people.administrator)
    gone = create_row_set(workspace, name="Gone", rows=[Row({"text": "a"}, {})], by=people.administrator)
    archive_row_set(gone, by=people.administrator)
    scene = SimpleNamespace(
        question=str(question.pk),
        rating=str(make_question(workspace, "rating").pk),
        choice=str(make_question(workspace, "categorical").pk),
        number=str(make_question(workspace, "number").pk),
        text=str(make_question(workspace, "free_text").pk),
        form=str(make_question(workspace, "form").pk),
        regions=str(make_question(workspace, QuestionType.REGIONS, configuration={"labels": []}).pk),
        archived=str(make_question(workspace, archived_at=workspace.created_at).pk),
        their_question=str(make_question(other).pk),
        their_file=str(make_files(other, 1)[0].pk),
        failed=str(make_files(workspace, 1, status="failed")[0].pk),
        row_set=str(row_set.pk),
        row=str(row_set.items.get().pk),
        gone=str(gone.pk),
        body={
            "name": "Calls",
            "data": data,
            "files": [{"audio": str(audio.pk)} for audio in files],
            "tasks": [task_of(question)],
        },
    )
    scene.task = scene.body["tasks"][0]
    scene.asked = scene.task["configuration"]
    scene.stored = EvaluationDataset.objects.count()
    return scene


def put(name, value):
    """Put this value, or what `value(scene)` gives, at the top of the body."""
    return lambda s: s.body.__setitem__(name, value(s) if callable(value) else value)


def drop(name):
    return lambda s: s.body.pop(name)


def asked(**configuration):
    """Change the task's configuration."""
    return lambda s: s.asked.update({name: v(s) if callable(v) else v for name, v in configuration.items()})


def shown(**changes):
    return asked(layout=changes)


def prefilled(kind, value):
    """Begin the first row with this value as the answer to a question of another type."""

    def change(s):
        s.body["data"][0]["given"] = value
        s.asked.update(question_id=getattr(s, kind), prefill_from="given")

    return change


def from_rows(**changes):
    """Take the rows from a dataset."""

    def change(s):
        s.body.update({"dataset_id": s.row_set, "tasks": []})
        s.body.pop("data")
        s.body.pop("files")
        s.body.update({name: v(s) if callable(v) else v for name, v in changes.items()})

    return change


def deep(n):
    value = "end"
    for _ in range(n):
        value = {"in": value}
    return value


def deep_layout(n):
    inner = {"children": [{"data": "item.files.audio"}]}
    for _ in range(n):
        inner = {"children": [inner]}
    return inner


T, C = ("tasks", 0), ("tasks", 0, "configuration")
CASES = {
    "no name": (drop("name"), ("name",), "1 to 128"),
    "empty name": (put("name", ""), ("name",), "1 to 128"),
    "blank name": (put("name", "  "), ("name",), "1 to 128"),
    "long name": (put("name", "x" * 129), ("name",), "128"),
    "name is a number": (put("name", 7), ("name",), "128"),
    "NUL in the name": (put("name", "a\0"), ("name",), "128"),
    "long description": (put("description", "x" * 281), ("description",), "280"),
    "description is a list": (put("description", []), ("description",), "280"),
    "tags are a word": (put("tags", "calls"), ("tags",), "list"),
    "a tag is a number": (put("tags", ["a", 7]), ("tags",), "“7”"),
    "an empty tag": (put("tags", [""]), ("tags",), "100"),
    "a tag of spaces": (put("tags", [" "]), ("tags",), "100"),
    "a tag with a comma": (put("tags", ["a", "b,c"]), ("tags",), "“b,c” holds a comma"),
    "too many tags": (put("tags", ["x"] * 51), ("tags",), "50"),
    "metadata are a list": (put("metadata", [1]), ("metadata",), "object"),
    "metadata too long": (put("metadata", {"a": "x" * 70_000}), ("metadata",), "65536"),
    "NUL in metadata": (put("metadata", {"a": ["\0"]}), ("metadata",), "cannot be stored"),
    "taxonomy is a text": (put("taxonomy_params", "x"), ("taxonomy_params",), "object"),
    "skip is a text": (put("skip_prefilled_rows", "yes"), ("skip_prefilled_rows",), "true or false"),
    "no data": (drop("data"), ("data",), "at least one row"),
    "no rows": (put("data", []), ("data",), "at least one row"),
    "data are an object": (put("data", {"a": 1}), ("data",), "list"),
    "a row is a text": (put("data", [{"text": "a"}, "b"]), ("data", 1), "object"),
    "a key is taken by files": (put("data", [{"files": 1}, {}]), ("data", 0, "files"), "“files”"),
    "a key is taken by an alias": (put("data", [{}, {"marks": 1}]), ("data", 1, "marks"), "“marks”"),
    "NUL in a row": (put("data", [{"a": {"b": "x\0"}}, {}]), ("data", 0), "cannot be stored"),
    "a row too deep": (put("data", [{}, deep(60)]), ("data", 1), "nested"),
    "files are an object": (put("files", {}), ("files",), "as many"),
    "fewer files than rows": (lambda s: s.body["files"].pop(), ("files",), "2"),
    "files of a row are a list": (lambda s: s.body["files"].__setitem__(1, ["x"]), ("files", 1), "object"),
    "an unknown file": (
        lambda s: s.body["files"][1].update(audio=NOBODY), ("files", 1, "audio"), NOBODY,
    ),
    "no id of a file": (lambda s: s.body["files"][1].update(audio="call.wav"), ("files", 1, "audio"), "“call.wav”"),
    "a file's id is a number": (lambda s: s.body["files"][1].update(audio=7), ("files", 1, "audio"), "“7”"),
    "a file of others": (
        lambda s: s.body["files"][1].update(audio=s.their_file), ("files", 1, "audio"), "their_file",
    ),
    "a file that failed": (lambda s: s.body["files"][0].update(audio=s.failed), ("files", 0, "audio"), "failed"),
    "an empty file key": (lambda s: s.body["files"][0].update({"": s.failed}), ("files", 0, ""), "100"),
    "a long file key": (lambda s: s.body["files"][0].update({"k" * 101: s.failed}), ("files", 0, "k" * 100), "100"),
    "tasks are an object": (put("tasks", {}), ("tasks",), "list"),
    "too many tasks": (lambda s: s.body.update(tasks=[s.task] * 51), ("tasks",), "50"),
    "a task is a text": (put("tasks", ["x"]), T, "object"),
    "a model is asked": (lambda s: s.task.update(task_type="inference"), (*T, "task_type"), "“inference”"),
    "task type is a list": (lambda s: s.task.update(task_type=[]), (*T, "task_type"), "“[]”"),
    "alias is a number": (lambda s: s.task.update(alias=3), (*T, "alias"), "100"),
    "empty alias": (lambda s: s.task.update(alias=""), (*T, "alias"), "100"),
    "long alias": (lambda s: s.task.update(alias="a" * 101), (*T, "alias"), "100"),
    "alias with a new line": (lambda s: s.task.update(alias="a\nb"), (*T, "alias"), "new line"),
    "alias that addresses lose": (lambda s: s.task.update(alias=".."), (*T, "alias"), "“..”"),
    "alias files": (lambda s: s.task.update(alias="files"), (*T, "alias"), "“files”"),
    "alias twice": (lambda s: s.body["tasks"].append(dict(s.task)), ("tasks", 1, "alias"), "“marks”"),
    "default alias twice": (
        lambda s: (s.task.pop("alias"), s.body["tasks"].append(dict(s.task))),
        ("tasks", 1, "alias"), "“contributor_evaluation_question”",
    ),
    "no configuration": (lambda s: s.task.pop("configuration"), C, "question_id"),
    "no question": (lambda s: s.asked.pop("question_id"), (*C, "question_id"), "id of a question"),
    "question is a number": (asked(question_id=7), (*C, "question_id"), "id of a question"),
    "no id of a question": (asked(question_id="mine"), (*C, "question_id"), "“mine”"),
    "unknown question": (asked(question_id=NOBODY), (*C, "question_id"), NOBODY),
    "question of others": (asked(question_id=lambda s: s.their_question), (*C, "question_id"), "their_question"),
    "archived question": (asked(question_id=lambda s: s.archived), (*C, "question_id"), "archived"),
    "question about regions": (asked(question_id=lambda s: s.regions), (*C, "question_id"), "regions"),
    "a rubric": (asked(rubric_id="r"), (*C, "rubric_id"), "“rubric_id”"),
    "an unknown setting": (asked(requierd=True), (*C, "requierd"), "“requierd”"),
    "required is a text": (asked(required="yes"), (*C, "required"), "true or false"),
    "queue is a number": (asked(queue_id=1), (*C, "queue_id"), "100"),
    "long queue": (asked(queue_id="q" * 101), (*C, "queue_id"), "100"),
    "no layout": (lambda s: s.asked.pop("layout"), (*C, "layout"), "layout"),
    "layout is a text": (asked(layout="item.files.audio"), (*C, "layout"), "children"),
    "layout without children": (shown(direction="row"), (*C, "layout"), "children"),
    "children are an object": (shown(children={}), (*C, "layout", "children"), "list"),
    "layout shows nothing": (shown(children=[]), (*C, "layout", "children"), "at least one"),
    "a child is a text": (shown(children=["item.text"]), (*C, "layout", "children", 0), "either"),
    "a child is both": (
        shown(children=[{"data": "item.text", "children": []}]), (*C, "layout", "children", 0), "either",
    ),
    "sideways": (
        shown(children=[{"data": "item.files.audio"}], direction="up"), (*C, "layout", "direction"), "“up”",
    ),
    "a place without item": (
        shown(children=[{"data": "files.audio"}]), (*C, "layout", "children", 0, "data"), "“files.audio”",
    ),
    "a place that is a number": (shown(children=[{"data": 3}]), (*C, "layout", "children", 0, "data"), "“3”"),
    "all files": (shown(children=[{"data": "item.files"}]), (*C, "layout", "children", 0, "data"), "“item.files”"),
    "label is a number": (
        shown(children=[{"data": "item.files.audio", "label": 3}]), (*C, "layout", "children", 0, "label"), "300",
    ),
    "layout too deep": (asked(layout=deep_layout(11)), (*C, "layout", *("children", 0) * 10), "nested"),
    "layout too wide": (
        shown(children=[{"data": "item.files.audio"}] * 201), (*C, "layout", "children"), "200",
    ),
    "no row has the file": (asked(layout=layout("item.files.audio", "item.files.video")),
                            (*C, "layout", "children", 1, "data"), "“video”"),
    "no row has the value": (asked(layout=layout("item.files.audio", "item.nested.b")),
                             (*C, "layout", "children", 1, "data"), "“item.nested.b”"),
    "a task that comes later": (asked(layout=layout("item.files.audio", "item.marks")),
                                (*C, "layout", "children", 1, "data"), "“item.marks”"),
    "moments without sound": (asked(layout=layout("item.text")), (*C, "layout"), "question"),
    "a row without sound": (lambda s: s.body["files"].__setitem__(1, {}), ("files", 1), "Row 2"),
    "prefill is a list": (asked(prefill_from=[]), (*C, "prefill_from"), "200"),
    "prefill from nowhere": (asked(prefill_from="answer"), (*C, "prefill_from"), "“answer”"),
    "prefill from the alias": (asked(prefill_from="marks"), (*C, "prefill_from"), "“marks”"),
    "prefilled moments are words": (prefilled("question", ["soon"]), ("data", 0, "given"), "“soon”"),
    "prefilled moments are no list": (prefilled("question", 1.5), ("data", 0, "given"), "Row 1"),
    "a prefilled moment larger than any float": (prefilled("question", [10**400]), ("data", 0, "given"), "no time"),
    "a prefilled moment before the start": (prefilled("question", [-1]), ("data", 0, "given"), "“-1”"),
    "a prefilled step too far": (prefilled("rating", 6), ("data", 0, "given"), "Row 1"),
    "a prefilled choice that is none": (prefilled("choice", "great"), ("data", 0, "given"), "“great”"),
    "a prefilled number too large": (prefilled("number", 101), ("data", 0, "given"), "100"),
    "a prefilled text too long": (prefilled("text", "x" * 201), ("data", 0, "given"), "200"),
    "a prefilled form without its field": (prefilled("form", {"b": 1}), ("data", 0, "given"), "Row 1"),
    "unknown dataset": (from_rows(dataset_id=NOBODY), ("dataset_id",), NOBODY),
    "no id of a dataset": (from_rows(dataset_id="rows"), ("dataset_id",), "“rows”"),
    "archived dataset": (from_rows(dataset_id=lambda s: s.gone), ("dataset_id",), "is archived"),
    "files beside a dataset": (from_rows(files=[{}]), ("files",), "row_set"),
    "two datasets": (from_rows(dataset={"name": "x"}), ("dataset",), "row_set"),
    "an unknown row": (from_rows(data=[{"dataset_item_id": NOBODY}]), ("data", 0, "dataset_item_id"), NOBODY),
    "a row without id": (from_rows(data=[{"more": 1}]), ("data", 0, "dataset_item_id"), "give its id"),
    "an alias that the dataset has": (
        from_rows(tasks=lambda s: [task_of(s.text, alias="text", layout=layout("item.text"))]), ("tasks",), "“text”",
    ),
    "a new dataset without name": (put("dataset", {}), ("dataset", "name"), "128"),
    "a new dataset is a text": (put("dataset", "x"), ("dataset",), "name"),
    "a new dataset with a tag with a comma": (
        put("dataset", {"name": "x", "tags": ["b,c"]}), ("dataset", "tags"), "comma",
    ),
    "unknown keys of a new dataset": (put("dataset", {"name": "x", "keys": ["no"]}), ("dataset", "keys"), "“no”"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_refused_with_its_place_and_nothing_stored(v5, scene, case):
    change, loc, part = CASES[case]
    change(scene)

    answer = v5.post(URL, scene.body)

    assert answer.status_code == 422, answer.content
    assert answer["X-Should-Retry"] == "false"
    problems = {tuple(problem["loc"]): problem["msg"] for problem in answer.json()["detail"]}
    assert ("body", *loc) in problems, problems
    assert getattr(scene, part, part) in problems["body", *loc]
    check_nothing_stored(scene)


def check_nothing_stored(scene):
    for model in (Evaluation, EvaluationItem, EvaluationFile, EvaluationTask, LabelingTask):
        assert model.objects.count() == 0, model
    assert EvaluationDataset.objects.count() == scene.stored
    assert not AuditEvent.objects.filter(target_type__in=["evaluation", "labelingtask"]).exists()


def test_the_body_is_right_without_a_mistake(v5, scene):
    assert v5.post(URL, scene.body).status_code == 201


def test_numbers_without_end_are_refused(v5, scene):
    text = json.dumps(scene.body).replace("1.5", "1e999")

    answer = v5.post(URL, text, content_type="application/json")

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "data", 0])
    check_nothing_stored(scene)


@pytest.mark.parametrize("body", ["[]", '"x"', "7", "null"])
def test_a_body_that_is_no_object_is_refused(v5, scene, body):
    answer = v5.post(URL, body, content_type="application/json")

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body"])


def test_a_body_that_is_too_large_is_413_with_a_sentence(v5, scene, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024
    scene.body["data"][0]["text"] = "x" * 2000

    answer = v5.post(URL, scene.body)

    assert (answer.status_code, answer["X-Should-Retry"]) == (413, "false")
    assert answer.json() == {
        "detail": "The body is larger than 1.0\xa0KB, the most this server takes at once. Send less."
    }
    check_nothing_stored(scene)


def test_all_that_is_wrong_is_told_at_once_but_not_more_than_a_hundred(v5, scene):
    scene.body.update(name="", tags=7, data=[{"given": "soon", "files": 1}] * 300, files=None)
    scene.asked.update(rubric_id="r", prefill_from="given")

    problems = v5.post(URL, scene.body).json()["detail"]

    assert [problem["loc"] for problem in problems[:3]] == [
        ["body", "name"], ["body", "tags"], ["body", "tasks", 0, "configuration", "rubric_id"],
    ]  # fmt: skip
    assert 3 < len(problems) <= 100
    check_nothing_stored(scene)


def test_every_type_of_question_can_be_asked_and_begun_with_an_answer(v5, scene, people):
    given = {"timestamp": [2, 1.5], "categorical": "good", "rating": 4, "number": 2.5, "free_text": "hm",
             "form": {"speaker": "agent"}}  # fmt: skip
    body = {**scene.body, "data": [{f"given_{kind}": value for kind, value in given.items()}, {}], "tasks": []}
    for kind in CONFIGURATIONS:
        question = make_question(people.workspace, kind)
        body["tasks"].append(task_of(question, alias=kind, prefill_from=f"given_{kind}"))

    answer = v5.post(URL, body)

    assert answer.status_code == 201, answer.content
    task = LabelingTask.objects.get()
    first, second = task.items.order_by("position")
    assert first.prefilled == {
        "timestamp": [1500, 2000], "categorical": "good", "rating": 4, "number": 2.5, "free_text": "hm",
        "form": {"speaker": "agent"},
    }  # fmt: skip
    assert second.prefilled == {}


def test_a_later_task_shows_an_answer_whose_alias_has_dots(v5, scene):
    scene.task["alias"] = "marks.first"
    scene.body["tasks"].append(task_of(scene.text, alias="text.why", layout=layout("item.marks.first")))

    assert v5.post(URL, scene.body).status_code == 201


def test_an_alias_is_no_recording(v5, scene):
    scene.task["alias"] = "files.audio2"
    scene.body["tasks"].append(task_of(scene.text, alias="why", layout=layout("item.files.audio2")))

    assert [row["msg"] for row in v5.post(URL, scene.body).json()["detail"]] == ["No row has a file “audio2”."]


def test_an_id_may_be_spelled_in_any_way(v5, scene):
    scene.asked["question_id"] = scene.question.upper()
    scene.body["files"][0]["audio"] = scene.body["files"][0]["audio"].upper()

    assert v5.post(URL, scene.body).status_code == 201
