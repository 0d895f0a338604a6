"""The calls of test_refusals.py: what is wrong with each, and what the answer must be."""

from tests.datasets.factories import wav_bytes

NOBODY = "01931c2e-0000-7000-8000-000000000000"
LAYOUT = {"children": [{"data": "item.text"}, {"data": "item.files.audio"}]}


def moments(**changes):
    return {
        "name": "When",
        "prompt": "When?",
        "question_type": "timestamp",
        "configuration": {"multi": True},
        **changes,
    }


def task(question, **changes):
    configuration = {"question_id": question, "layout": LAYOUT, **changes.pop("configuration", {})}
    return {"task_type": "contributor_evaluation.question", "alias": "when", "configuration": configuration, **changes}


def plan(question, file, **changes):
    rows = {"name": "Calls", "data": [{"text": "one"}], "files": [{"audio": file}], "tasks": [task(question)]}
    return {**rows, **changes}


def evaluate(**changes):
    """A call that creates an evaluation which differs from a good one in this; functions get the ids."""

    def call(sdk, ids):
        given = {name: value(ids) if callable(value) else value for name, value in changes.items()}
        return sdk.evaluations.create(evaluation=plan(ids.question, ids.file, **given))

    return call


def asked(**changes):
    return evaluate(tasks=lambda ids: [task(ids.question, **changes)])


def layout(data):
    return asked(configuration={"layout": {"children": [{"data": "item.files.audio"}, {"data": data}]}})


def ask(**changes):
    return lambda sdk, ids: sdk.questions.create(question=moments(**changes))


def kind(question_type, **configuration):
    return ask(question_type=question_type, configuration=configuration)


def filters(*rows):
    return lambda sdk, ids: sdk.evaluations.filter(filters=list(rows))


RUNNING = {"key": "status", "operator": "==", "value": "running"}

# (what is wrong, the call, a part of the sentence; {name} in it is one of the ids)
UNKNOWN = [
    ("a file that is not there", lambda sdk, ids: sdk.files.retrieve(NOBODY), NOBODY),
    ("an id that is none", lambda sdk, ids: sdk.files.retrieve("call-1"), "call-1"),
    ("another workspace's file", lambda sdk, ids: sdk.files.retrieve(ids.foreign_file), "{foreign_file}"),
    ("the content of no file", lambda sdk, ids: sdk.files.content.retrieve(NOBODY), NOBODY),
    ("tags of no file", lambda sdk, ids: sdk.files.update(NOBODY, tags={}), NOBODY),
    ("deleting no file", lambda sdk, ids: sdk.files.delete(NOBODY), NOBODY),
    ("a question that is not there", lambda sdk, ids: sdk.questions.retrieve(NOBODY), NOBODY),
    ("another's question", lambda sdk, ids: sdk.questions.retrieve(ids.foreign_question), "{foreign_question}"),
    ("archiving no question", lambda sdk, ids: sdk.questions.archive(NOBODY), NOBODY),
    ("restoring no question", lambda sdk, ids: sdk.questions.restore(NOBODY), NOBODY),
    ("an evaluation that is not there", lambda sdk, ids: sdk.evaluations.retrieve(NOBODY), NOBODY),
    ("one put away", lambda sdk, ids: sdk.evaluations.retrieve(ids.archived), "{archived}"),
    ("the schema of none", lambda sdk, ids: sdk.evaluations.retrieve_schema(NOBODY), NOBODY),
    ("a taxonomy there is none of", lambda sdk, ids: sdk.evaluations.retrieve_taxonomy(ids.evaluation), "taxonomy"),
    ("archiving no evaluation", lambda sdk, ids: sdk.evaluations.archive(NOBODY), NOBODY),
    ("a row that is not there", lambda sdk, ids: sdk.evaluation_items.retrieve(NOBODY), NOBODY),
    ("a dataset that is not there", lambda sdk, ids: sdk.datasets.retrieve(NOBODY), NOBODY),
    ("rows of no evaluation", lambda sdk, ids: sdk.evaluation_items.list(evaluation_id=NOBODY), NOBODY),
    ("an export of none", lambda sdk, ids: sdk.evaluation_items.export(evaluation_id=NOBODY), NOBODY),
    (
        "rows for no dataset",
        lambda sdk, ids: sdk.dataset_items.batch_create(dataset_id=NOBODY, data=[{"text": "a"}]),
        NOBODY,
    ),
    ("a task for no evaluation", lambda sdk, ids: sdk.evaluations.tasks.add(NOBODY, task=task(ids.question)), NOBODY),
    ("a dataset's row that is not there", lambda sdk, ids: sdk.dataset_items.retrieve(NOBODY), NOBODY),
    (
        "a task under no alias",
        lambda sdk, ids: sdk.evaluations.tasks.update(
            "who", evaluation_id=ids.evaluation, configuration=task(ids.question)["configuration"]
        ),
        "who",
    ),
]
NOT_NOW = [
    ("deleting a file in use", lambda sdk, ids: sdk.files.delete(ids.file), "evaluation “Calls”"),
    (
        "renaming a question put away",
        lambda sdk, ids: sdk.questions.update(ids.put_away, name="x"),
        "“When” is archived",
    ),
    (
        "changing an evaluation put away",
        lambda sdk, ids: sdk.evaluations.update(ids.archived, evaluation={"name": "x"}),
        "{archived}",
    ),
]
WRONG = [
    ("a type of question there is not", kind("video"), "question_type"),
    ("a question without a name", ask(name=""), "name"),
    ("a choice of nothing", kind("categorical", choices=[]), "choices"),
    ("a rating of no steps", kind("rating", steps=0, min_label="a", max_label="b"), "steps"),
    ("a rating without labels", kind("rating", steps=5), "min_label"),
    ("numbers from more to less", kind("number", min=2, max=1), "max"),
    ("texts from long to short", kind("free_text", min_length=9, max_length=3), "max_length"),
    ("a form that is no schema", kind("form", form_schema={"type": "voice"}), "form_schema"),
    ("a question that is not there", asked(configuration={"question_id": NOBODY}), NOBODY),
    (
        "a question put away",
        evaluate(tasks=lambda ids: [task(ids.put_away)]),
        "{put_away}",
    ),
    ("another's question", evaluate(tasks=lambda ids: [task(ids.foreign_question)]), "{foreign_question}"),
    ("a file that is not there", evaluate(files=[{"audio": NOBODY}]), NOBODY),
    ("a file id that is none", evaluate(files=[{"audio": "call-1"}]), "call-1"),
    ("another's file", evaluate(files=lambda ids: [{"audio": ids.foreign_file}]), "{foreign_file}"),
    ("fewer files than rows", evaluate(data=[{"text": "a"}, {"text": "b"}]), "files"),
    ("no rows", evaluate(data=[], files=[]), "data"),
    ("a long name", evaluate(name="x" * 129), "128"),
    ("no name", evaluate(name=""), "name"),
    ("a long description", evaluate(description="x" * 281), "280"),
    ("one alias twice", evaluate(tasks=lambda ids: [task(ids.question), task(ids.question)]), "when"),
    ("an alias that rows have as a key", asked(alias="text"), "text"),
    ("a key that is reserved", evaluate(data=[{"text": "a", "files": 1}]), "files"),
    ("a task for a model", asked(task_type="chat_completion"), "chat_completion"),
    ("a place outside the item", layout("text"), "text"),
    ("a file that rows do not have", layout("item.files.video"), "video"),
    ("a field that rows do not have", layout("item.speaker"), "speaker"),
    ("an empty layout", asked(configuration={"layout": {}}), "layout"),
    ("a direction there is not", asked(configuration={"layout": {**LAYOUT, "direction": "up"}}), "direction"),
    (
        "a dataset that is not there",
        lambda sdk, ids: sdk.evaluations.create(evaluation={"name": "x", "dataset_id": NOBODY}),
        NOBODY,
    ),
    (
        "files beside a dataset's",
        lambda sdk, ids: sdk.evaluations.create(
            evaluation={"name": "x", "dataset_id": ids.dataset, "files": [{"audio": ids.file}]}
        ),
        "files",
    ),
    ("eleven filters", filters(*[RUNNING] * 11), "10"),
    ("an operator there is not", filters({**RUNNING, "operator": "~"}), "~"),
    ("a view there is not", lambda sdk, ids: sdk.evaluations.list(views=["rows"]), "rows"),
    ("a page of nothing", lambda sdk, ids: sdk.files.list(limit=0), "10000"),
    ("a page of too much", lambda sdk, ids: sdk.evaluations.list(limit=10_001), "10000"),
    ("a page after nothing", lambda sdk, ids: sdk.questions.list(starting_after=NOBODY), NOBODY),
    ("a page before nothing", lambda sdk, ids: sdk.files.list(ending_before="call-1"), "call-1"),
    ("an order there is not", lambda sdk, ids: sdk.evaluation_items.list(sort_by="mood"), "sort_by"),
    ("rows half done", lambda sdk, ids: sdk.evaluation_items.list(completion_status="half"), "completion_status"),
    (
        "an export as a picture",
        lambda sdk, ids: sdk.evaluation_items.export(evaluation_id=ids.evaluation, export_format="png"),
        "png",
    ),
    ("tags that are no tags", lambda sdk, ids: sdk.files.update(ids.file, tags=["a"]), "tags"),
    ("importing nothing", lambda sdk, ids: sdk.files.import_from_cloud(files=[]), "files"),
    ("importing without a place", lambda sdk, ids: sdk.files.import_from_cloud(files=[{"container": "x"}]), "filepath"),
    ("a dataset of no rows", lambda sdk, ids: sdk.datasets.create(name="x", data=[]), "data"),
    (
        "a task under an alias that is taken",
        lambda sdk, ids: sdk.evaluations.tasks.add(ids.evaluation, task=task(ids.question)),
        "when",
    ),
    (
        "a task asking what is not there",
        lambda sdk, ids: sdk.evaluations.tasks.add(ids.evaluation, task=task(NOBODY, alias="who")),
        NOBODY,
    ),
    (
        "work for nobody",
        lambda sdk, ids: sdk.annotation_tasks.batch_update(ids=[NOBODY], assigned_to=NOBODY),
        NOBODY,
    ),
    ("work without a word", lambda sdk, ids: sdk.annotation_tasks.batch_update(ids=[NOBODY]), "assigned_to"),
    (
        "work without a task",
        lambda sdk, ids: sdk.annotation_tasks.batch_update(status="COMPLETED"),
        "ids",
    ),
    (
        "a version of no dataset",
        lambda sdk, ids: sdk.dataset_items.list(version=1),
        "dataset_id",
    ),
    (
        "a state that is none",
        lambda sdk, ids: sdk.annotation_tasks.batch_update(ids=[NOBODY], status="LATER"),
        "status",
    ),
]
KEYS = [
    ("wrong key", 401, "API key"),
    ("wrong account", 403, "lab-of-nobody"),
    ("other account", 403, "{other_account}"),
    ("operator", 403, ""),
    ("labeler", 403, "scope “manage”"),
]
# (what is wrong, who asks, the call, the status, a part of the sentence)
TABLE = [
    *((f"404 {what}", "program", call, 404, words) for what, call, words in UNKNOWN),
    *((f"400 {what}", "program", call, 400, words) for what, call, words in NOT_NOW),
    *((f"422 {what}", "program", call, 422, words) for what, call, words in WRONG),
    *((f"{status} {who}", who, ask(), status, words) for who, status, words in KEYS),
    *(
        (f"{status} {who} files", who, lambda sdk, ids: sdk.files.create(file=("a.wav", wav_bytes())), status, "")
        for who, status, words in KEYS
    ),
    (
        "422 a text as sound",
        "program",
        lambda sdk, ids: sdk.files.create(file=("a.wav", b"only words\n" * 50)),
        422,
        "looks like text",
    ),
    (
        "415 JSON as a file",
        "program",
        lambda sdk, ids: sdk.post("/v5/files", body={"file": "x"}, cast_to=object),
        415,
        "as the part “file”",
    ),
]
