"""What a program sees through the public client package, whichever version is on its path.

A process of its own, because two versions of one package cannot be loaded into one, and one that stays, because loading
it takes seconds. Each line it reads is a JSON object with `command`, `arguments` and the `door`; each line it writes
one with what was seen.
"""

import json
import sys
import traceback
from pathlib import Path

import scale_gp_beta
from scale_gp_beta import SGPClient

LAYOUT = {
    "direction": "column",
    "children": [{"data": "item.audio_description"}, {"data": "item.files.audio_file"}],
}
ALIAS = "mispronunciation_timestamps"


def client(*, strict=True):
    opened.append(SGPClient(**door, max_retries=0, _strict_response_validation=strict))
    return opened[-1]


def create(*paths):
    """The slice up to the open evaluation."""
    sdk = client()
    files = [sdk.files.create(file=Path(path)) for path in paths]
    question = sdk.questions.create(
        question={
            "name": "Mispronunciation",
            "prompt": "When did mispronunciation occur?",
            "question_type": "timestamp",
            "configuration": {"multi": True},
        }
    )
    evaluation = sdk.evaluations.create(
        evaluation={
            "name": "Voice Quality Evaluation - Mispronunciation Detection",
            "description": "Evaluate audio samples for mispronunciations",
            "data": [{"audio_description": f"Customer service call {n}"} for n, _ in enumerate(files, start=1)],
            "files": [{"audio_file": file.id} for file in files],
            "tags": ["nightly", "en"],
            "tasks": [
                {
                    "task_type": "contributor_evaluation.question",
                    "alias": ALIAS,
                    "configuration": {
                        "question_id": question.id,
                        "queue_id": "default",
                        "layout": LAYOUT,
                        "required": False,
                    },
                }
            ],
        }
    )
    return {
        "files": [file.to_dict(mode="json") for file in files],
        "question": question.to_dict(mode="json"),
        "question_class": type(question).__name__,
        "evaluation": evaluation.to_dict(mode="json"),
    }


def read(evaluation_id):
    """What has become of it: status, tasks, rows one page at a time in both directions, and exports."""
    sdk = client()
    evaluation = sdk.evaluations.retrieve(evaluation_id, views=["tasks"])
    forwards = list(sdk.evaluation_items.list(evaluation_id=evaluation_id, limit=1))
    backwards = list(sdk.evaluation_items.list(evaluation_id=evaluation_id, limit=1, ending_before=forwards[-1].id))
    exports = {
        kind: sdk.evaluation_items.export(evaluation_id=evaluation_id, export_format=kind).to_dict()
        for kind in ("json", "jsonl", "csv")
    }
    signed = sdk.evaluation_items.export(evaluation_id=evaluation_id, export_format="json", export_method="signed_url")
    return {
        "evaluation": evaluation.to_dict(mode="json"),
        "task_classes": [type(task).__name__ for task in evaluation.tasks],
        "items": [item.to_dict(mode="json") for item in forwards],
        "before_the_last": [item.id for item in backwards],
        "one": sdk.evaluation_items.retrieve(forwards[0].id).to_dict(mode="json"),
        "passed": [
            item.id for item in sdk.evaluation_items.list(evaluation_id=evaluation_id, completion_status="passed")
        ],
        "exports": exports,
        "signed_url": signed.signed_url,
    }


def keep(evaluation_id):
    """Change, put away and bring back, and find by name and tag."""
    sdk, lenient = client(), client(strict=False)

    def found(**asked):
        return [one.id for one in sdk.evaluations.list(**asked)]

    # Strict, the package takes no metadata with anything in it: a fault of its own.
    changed = lenient.evaluations.update(
        evaluation_id,
        evaluation={"name": "Calls, week 47", "tags": ["weekly"], "metadata": {"model": "voice-v3", "score": 0.5}},
    )
    merged = lenient.evaluations.update(evaluation_id, evaluation={"metadata": {"score": None, "run": 7}})
    seen = {
        "changed": [changed.name, changed.tags, changed.metadata],
        "merged": merged.metadata,
        "by_name": [one.id for one in lenient.evaluations.list(name="WEEK 47")],
        "by_tag": [one.id for one in lenient.evaluations.list(tags=["weekly"])],
        "by_old_tag": found(tags=["nightly"]),
    }
    by_model = lenient.evaluations.filter(filters=[{"key": "model", "operator": "==", "value": "voice-v3"}])
    seen["by_metadata"] = [one.id for one in by_model]
    schema = sdk.evaluations.retrieve_schema(evaluation_id)
    seen["schema"] = [[field.field_name, field.data_type, field.item_count, field.source] for field in schema.fields]
    archived = lenient.evaluations.archive(evaluation_id)
    seen["archived"] = archived.archived_at is not None
    seen["listed_while_archived"] = found()
    seen["listed_with_archived"] = [one.id for one in lenient.evaluations.list(include_archived=True)]
    restored = lenient.evaluations.update(evaluation_id, evaluation={"restore": True})
    seen["restored"] = restored.archived_at is None
    return seen


def manage(path):
    """Files and questions besides: tags, contents, lists in both directions, names, archive."""
    sdk = client()
    files = [sdk.files.create(file=(f"call-{n}.wav", Path(path).read_bytes())) for n in range(5)]
    ids = [file.id for file in files]
    tagged = sdk.files.update(ids[0], tags={"speaker": "A", "take": 2})
    content = sdk.files.content.with_raw_response.retrieve(ids[0]).read()
    back = [file.id for file in sdk.files.list(limit=2, ending_before=ids[4])]
    gone = sdk.files.delete(ids[4])
    question = sdk.questions.create(
        question={
            "name": "Mood",
            "prompt": "What is the caller's mood?",
            "question_type": "categorical",
            "configuration": {"choices": ["calm", "upset"], "multi": False},
        }
    )
    renamed = sdk.questions.update(question.id, name="Caller's mood")
    archived = sdk.questions.archive(question.id)
    hidden = [one.id for one in sdk.questions.list()]
    shown = [one.id for one in sdk.questions.list(include_archived=True, extra_query={"ids": question.id})]
    restored = sdk.questions.restore(question.id)
    return {
        "ids": ids,
        "tags": tagged.tags,
        "content_is_whole": content == Path(path).read_bytes(),
        "forwards": [file.id for file in sdk.files.list(limit=2)],
        "backwards": back,
        "named": [file.id for file in sdk.files.list(filename="CALL-1")],
        "deleted": [gone.id, gone.deleted],
        "question": [renamed.name, archived.archived_at is not None, restored.archived_at is None],
        "questions": [question.id, hidden, shown],
    }


def kinds():
    """A question of each type, and the class that its answer is read as."""
    sdk = client()
    configurations = {
        "timestamp": {"multi": False},
        "categorical": {"choices": ["a", "b"], "multi": True, "dropdown": True},
        "rating": {"steps": 5, "min_label": "bad", "max_label": "good"},
        "number": {"min": 0, "max": 1.5},
        "free_text": {"min_length": 1, "max_length": 50},
        "form": {"form_schema": {"type": "object", "properties": {"who": {"type": "string"}}}},
    }
    seen = {}
    for kind, configuration in configurations.items():
        question = sdk.questions.create(
            question={"name": kind, "prompt": "?", "question_type": kind, "configuration": configuration}
        )
        again = sdk.questions.retrieve(question.id)
        told = question.to_dict(mode="json")["configuration"]
        seen[kind] = [type(question).__name__, type(again).__name__, {key: told[key] for key in configuration}]
    return {"kinds": seen, "sent": configurations}


def spellings(path):
    """Older names of fields, as printed guides have them, sent as they are."""
    sdk = client()
    file = sdk.files.create(file=Path(path), extra_body={"purpose": "evaluation"})
    body = {"type": "timestamp", "title": "Mispronunciation", "prompt": "When?", "multi": True}
    question = sdk.post("/v5/questions", body=body, cast_to=dict[str, object])
    kept = sdk.questions.retrieve(question["id"])
    return {
        "file": file.filename,
        "question": [kept.name, kept.question_type, kept.configuration.multi, type(kept).__name__],
    }


def datasets(*file_ids):
    """Rows kept for several evaluations: versions, and an evaluation of them."""
    sdk = client()
    rows = [{"audio_description": f"call {n}"} for n, _ in enumerate(file_ids, start=1)]
    dataset = sdk.datasets.create(name="Calls", data=rows, files=[{"audio_file": one} for one in file_ids], tags=["en"])
    first = list(sdk.dataset_items.list(dataset_id=dataset.id, limit=1))
    sdk.dataset_items.update(first[0].id, data={"audio_description": "call one"}, files=first[0].files)
    sdk.dataset_items.batch_create(
        dataset_id=dataset.id, data=[{"audio_description": "call 3"}], files=[first[0].files]
    )
    now = sdk.datasets.retrieve(dataset.id)
    items = list(sdk.dataset_items.list(dataset_id=dataset.id))
    old = sdk.dataset_items.list(dataset_id=dataset.id, version=1)
    evaluation = sdk.evaluations.create(evaluation={"name": "Of a dataset", "dataset_id": dataset.id})
    renamed = sdk.datasets.update(dataset.id, dataset={"name": "Calls of May"})
    gone = sdk.dataset_items.archive(items[-1].id)
    archived = sdk.datasets.archive(dataset.id)
    restored = sdk.datasets.update(dataset.id, dataset={"restore": True})
    return {
        "versions": [dataset.current_version_num, now.current_version_num],
        "now": [item.data["audio_description"] for item in items],
        "then": [item.data["audio_description"] for item in old],
        "of_it": [one.id for one in evaluation.datasets] == [dataset.id],
        "rows": [item.data for item in sdk.evaluation_items.list(evaluation_id=evaluation.id)],
        "renamed": renamed.name,
        "deleted": [gone.deleted, archived.deleted, restored.archived_at is None],
    }


def cloud(container, *paths):
    """Take over files of a store; each with what became of it."""
    wanted = [
        {"container": container, "filename": Path(one).name, "filepath": one, "file_type": "audio/mpeg"}
        for one in paths
    ]
    answer = client().files.import_from_cloud(files=wanted)
    return {"results": [[one.status, type(one.file).__name__, one.file.filename] for one in answer.results]}


def add(evaluation_id):
    """One more question, then the same with another configuration. Not in old versions."""
    sdk = client()
    question = sdk.questions.create(
        question={
            "name": "Mood",
            "prompt": "How does the caller sound?",
            "question_type": "categorical",
            "configuration": {"choices": ["calm", "upset"]},
        }
    )
    configuration = {"question_id": question.id, "layout": LAYOUT}
    task = {"task_type": "contributor_evaluation.question", "alias": "mood", "configuration": configuration}
    sdk.evaluations.tasks.add(evaluation_id, task=task)
    sdk.evaluations.tasks.update("mood", evaluation_id=evaluation_id, configuration={**configuration, "required": True})
    asked = sdk.evaluations.retrieve(evaluation_id, views=["tasks"]).tasks
    return {"asked": [[one.alias, one.configuration.required] for one in asked]}


def redo(*task_ids):
    """Have rows done again. Not in old versions."""
    tasks = client().annotation_tasks.batch_update(ids=list(task_ids), status="PENDING_REDO").items
    return {"tasks": [[one.status, one.task_type, one.queue_id, one.evaluation_id] for one in tasks]}


COMMANDS = {one.__name__: one for one in (create, read, keep, manage, kinds, spellings, datasets, cloud, add, redo)}

door: dict[str, str] = {}
opened: list[SGPClient] = []


def main():
    for line in sys.stdin:
        asked = json.loads(line)
        door.update(asked["door"])
        try:
            seen = COMMANDS[asked["command"]](*asked["arguments"])
        except Exception:
            seen = {"error": traceback.format_exc()}
        # What stays connected keeps the server's threads, and their hold on its database.
        while opened:
            opened.pop().close()
        sys.stdout.write(json.dumps({"version": scale_gp_beta.__version__, **seen}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
