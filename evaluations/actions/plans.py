"""An evaluation before it exists: what programs and pages send, and all that keeps it from being made."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from datasets.models import AudioFile
from evaluations.asked import MOST_PROBLEMS, AskedTask, RowChecks, read_tasks
from evaluations.known import unknown_fields
from evaluations.layouts import Location, Problem
from evaluations.models import EvaluationDataset
from evaluations.row_sets import rows_of
from evaluations.rows import RESERVED, Row, checked_rows, trouble_in
from workspaces.errors import Invalid
from workspaces.models import User, Workspace

LONGEST_NAME = 128
LONGEST_DESCRIPTION = 280
MOST_TAGS = 50
LONGEST_TAG = 100
# Of metadata and of a taxonomy, as JSON.
MOST_LETTERS = 64 * 1024
# Ids in one statement: SQLite takes no more than 32,766 parameters.
SLICE = 1000
REFERENCE = "dataset_item_id"
# What a dataset says of itself beside its rows.
SAID_OF_ROWS = ("name", "description", "tags")


@dataclass(frozen=True)
class EvaluationPlan:
    """What was sent, in the words of `/v5/` and unchecked: `tasks` are objects with an alias and a configuration.

    Its rows are `data` and `files`; or those of the dataset with the id `dataset_id`, of which `data` names some; or
    `data` and `files`, of which a new `dataset` is made as well.
    """

    workspace: Workspace
    name: Any
    data: Any = None
    files: Any = None
    tasks: Any = None
    description: Any = None
    tags: Any = None
    metadata: Any = None
    skip_prefilled_rows: Any = False
    taxonomy: Any = None
    dataset_id: Any = None
    dataset: Any = None


@dataclass
class CheckedPlan:
    """An evaluation that can be made. `sources`: the items of its dataset, with versions, that its rows come from."""

    rows: Sequence[Row] = ()
    sources: Sequence[tuple[UUID, int]] = ()
    tasks: Sequence[AskedTask] = ()
    dataset: EvaluationDataset | None = None
    # Name, description, tags and rows of the dataset to be made.
    new_dataset: dict[str, Any] | None = None
    fields: dict[str, Any] = field(default_factory=dict)


def checked(plan: EvaluationPlan, *, by: User) -> CheckedPlan:
    """The plan as it can be stored. Raises Invalid with at most MOST_PROBLEMS of what is wrong."""
    problems: list[Problem] = []
    found = CheckedPlan()
    found.fields = checked_fields(
        {
            "name": plan.name,
            "description": plan.description,
            "tags": plan.tags,
            "metadata": plan.metadata,
            "taxonomy_params": plan.taxonomy,
        },
        problems=problems,
    )
    found.fields["taxonomy"] = found.fields.pop("taxonomy_params")
    if not isinstance(plan.skip_prefilled_rows, bool):
        problems.append((("body", "skip_prefilled_rows"), _("Send true or false."), "type_error.bool"))
    found.fields["skip_prefilled_rows"] = plan.skip_prefilled_rows
    tasks, wrong = read_tasks(plan.tasks, workspace=plan.workspace, by=by, at=("body", "tasks"))
    problems += wrong
    found.tasks = tasks
    reserved = RESERVED | {task.alias for task in tasks}
    try:
        _read_rows(plan, found, by=by, reserved=reserved)
    except Invalid as refusal:
        problems += refusal.problems
    else:
        problems += _row_problems(plan, found)
    if problems:
        raise Invalid(problems[:MOST_PROBLEMS])
    return found


def checked_fields(given: dict[str, Any], *, problems: list[Problem], at: Location = ("body",)) -> dict[str, Any]:
    """What an evaluation says of itself, as it is stored: those of its fields that are in `given`."""
    checks = {
        "name": _name,
        "description": _description,
        "tags": _tags,
        "metadata": _object,
        "taxonomy_params": _object,
    }
    found = {}
    for name, value in given.items():
        try:
            found[name] = checks[name](value)
        except ValueError as error:
            problems.append(((*at, name), str(error), "value_error.missing" if value is None else "value_error"))
    return {**dict.fromkeys(given), **found}


def _name(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_NAME or not value.strip() or "\0" in value:
        raise ValueError(_("Give a name of 1 to %(most)d characters.") % {"most": LONGEST_NAME})
    return value


def _description(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_DESCRIPTION or "\0" in value:
        raise ValueError(_("Give a text of at most %(most)d characters.") % {"most": LONGEST_DESCRIPTION})
    return value


def _tags(value: object) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_TAGS:
        raise ValueError(_("Send a list of at most %(most)d words.") % {"most": MOST_TAGS})
    for tag in value:
        named = {"tag": str(tag)[:LONGEST_TAG], "most": LONGEST_TAG}
        if not isinstance(tag, str) or not 1 <= len(tag.strip()) <= LONGEST_TAG or "\0" in tag:
            raise ValueError(_("“%(tag)s” is no tag: give words of 1 to %(most)d characters.") % named)
        if "," in tag:
            raise ValueError(_("The tag “%(tag)s” holds a comma, which stands between tags. Leave it out.") % named)
    # Who looks for a tag is not asked about the spaces around it.
    return list(dict.fromkeys(tag.strip() for tag in value))


def _object(value: object) -> dict[str, Any] | None:
    """An object of any values that both databases can keep."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ValueError(_("Send an object."))
    if trouble := trouble_in(value):
        raise ValueError(trouble)
    if len(json.dumps(value)) > MOST_LETTERS:
        raise ValueError(_("This is too long: send at most %(most)d characters as JSON.") % {"most": MOST_LETTERS})
    return value


def _read_rows(plan: EvaluationPlan, found: CheckedPlan, *, by: User, reserved: Collection[str]) -> None:
    if plan.dataset_id is not None:
        for name in ("files", "dataset"):
            if getattr(plan, name) is not None:
                sentence = _("The rows come from the dataset “%(id)s”: leave “%(name)s” out.")
                sentence %= {"id": str(plan.dataset_id)[:100], "name": name}
                raise Invalid([(("body", name), sentence, "value_error")])
        _read_dataset(plan, found, by=by, reserved=reserved)
        return
    found.rows = checked_rows(plan.data, plan.files, workspace=plan.workspace, by=by, reserved=reserved)
    if problems := failed_files(found.rows):
        raise Invalid(problems)
    if plan.dataset is not None:
        found.new_dataset = _new_dataset(plan.dataset, found.rows)


def failed_files(rows: Sequence[Row]) -> list[Problem]:
    """Files that were sent but cannot be read, row by row."""
    ids = sorted({UUID(pk) for row in rows for pk in row.files.values()})
    failed: dict[str, str] = {}
    for start in range(0, len(ids), SLICE):
        files = AudioFile.objects.filter(pk__in=ids[start : start + SLICE], status=AudioFile.Status.FAILED)
        failed.update((str(pk), error) for pk, error in files.values_list("pk", "error"))
    sentence = _("The file “%(id)s” cannot be read: %(why)s Upload it again.")
    places = (
        (("body", "files", index, key), sentence % {"id": pk, "why": failed[pk]}, "value_error")
        for index, row in enumerate(rows if failed else ())
        for key, pk in row.files.items()
        if pk in failed
    )
    return [problem for problem, _n in zip(places, range(MOST_PROBLEMS), strict=False)]


def _read_dataset(plan: EvaluationPlan, found: CheckedPlan, *, by: User, reserved: Collection[str]) -> None:
    """The rows of a dataset as it is now, or those that `data` names, each with what `data` adds to it."""
    dataset = _dataset(plan, by=by)
    found.dataset = dataset
    held = {version.item_id: version for version in rows_of(dataset, version=dataset.version)}
    if plan.data is None:
        wanted = [(pk, Row({}, {})) for pk in held]
    else:
        wanted = _named_rows(plan, dataset=dataset, known=held.keys(), by=by, reserved=reserved)
    if not wanted:
        sentence = _("The dataset “%(id)s” has no rows. Add some first.") % {"id": dataset.pk}
        raise Invalid([(("body", "dataset_id"), sentence, "value_error")])
    found.rows = [Row({**held[pk].data, **more.data}, held[pk].files) for pk, more in wanted]
    found.sources = [(pk, dataset.version) for pk, _more in wanted]
    taken = sorted({key for row in found.rows for key in row.data if key in reserved})
    if taken:
        sentence = _("The rows of the dataset have a key “%(key)s”, which is taken: use another alias.")
        raise Invalid([(("body", "tasks"), sentence % {"key": key}, "value_error") for key in taken])


def _dataset(plan: EvaluationPlan, *, by: User) -> EvaluationDataset:
    try:
        mine = EvaluationDataset.objects.visible_to(by).filter(workspace=plan.workspace)
        dataset = mine.filter(pk=UUID(str(plan.dataset_id))).first()
    except ValueError:
        dataset = None
    if dataset is None:
        sentence = _("There is no dataset with the id “%(id)s”.") % {"id": str(plan.dataset_id)[:100]}
        raise Invalid([(("body", "dataset_id"), sentence, "value_error.unknown")])
    if dataset.archived_at is not None:
        sentence = _("The dataset “%(id)s” is archived. Restore it, or take another.") % {"id": dataset.pk}
        raise Invalid([(("body", "dataset_id"), sentence, "value_error")])
    return dataset


def _named_rows(
    plan: EvaluationPlan, *, dataset: EvaluationDataset, known: Collection[UUID], by: User, reserved: Collection[str]
) -> list[tuple[UUID, Row]]:
    rows = checked_rows(plan.data, workspace=plan.workspace, by=by, reserved=reserved)
    problems: list[Problem] = []
    wanted = []
    for index, row in enumerate(rows):
        given = row.data.pop(REFERENCE, None)
        if given is None:
            sentence = _("Say which row of the dataset “%(dataset)s” this is: give its id.") % {"dataset": dataset.pk}
            problems.append((("body", "data", index, REFERENCE), sentence, "value_error.missing"))
            continue
        try:
            pk = UUID(str(given))
        except ValueError:
            pk = None
        if pk is None or pk not in known:
            sentence = _("The dataset “%(dataset)s” has no row with the id “%(id)s”.")
            sentence %= {"dataset": dataset.pk, "id": str(given)[:100]}
            problems.append((("body", "data", index, REFERENCE), sentence, "value_error.unknown"))
            continue
        wanted.append((pk, row))
    if problems:
        raise Invalid(problems[:MOST_PROBLEMS])
    return wanted


def _new_dataset(given: object, rows: Sequence[Row]) -> dict[str, Any]:
    at: Location = ("body", "dataset")
    if not isinstance(given, dict):
        raise Invalid([(at, _("Send an object with the name of the dataset to be made."), "type_error.dict")])
    problems: list[Problem] = []
    problems += unknown_fields(given, (*SAID_OF_ROWS, "keys"), at=at)
    fields = checked_fields({name: given.get(name) for name in SAID_OF_ROWS}, problems=problems, at=at)
    keys = given.get("keys")
    if keys is not None:
        known = {key for row in rows for key in row.data}
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            problems.append(((*at, "keys"), _("Send a list of keys of the rows' data."), "type_error.list"))
        elif missing := [key for key in keys if key not in known]:
            sentence = _("No row's data has the key “%(key)s”.") % {"key": missing[0][:100]}
            problems.append(((*at, "keys"), sentence, "value_error.unknown"))
        else:
            rows = [Row({key: row.data[key] for key in keys if key in row.data}, row.files) for row in rows]
    if problems:
        raise Invalid(problems)
    return {**fields, "rows": rows}


def _row_problems(plan: EvaluationPlan, found: CheckedPlan) -> Iterable[Problem]:
    checks = RowChecks(found.tasks)
    if not found.tasks:
        return []
    for index, row in enumerate(found.rows):
        checks.look_at(index, row.data, row.files)
    return checks.end()
