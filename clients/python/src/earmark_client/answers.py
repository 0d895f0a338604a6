"""What the server answers, as data classes. Fields they do not know are no error: `raw` has the whole answer."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from functools import cache
from types import UnionType
from typing import Any, Self, get_args, get_origin, get_type_hints

from earmark_client.errors import UnexpectedAnswer


@dataclass(frozen=True, kw_only=True)
class Answer:
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def read(cls, raw: Any) -> Self:
        """From the server's JSON, by the fields' types; UnexpectedAnswer if it lacks a field without a default."""
        if not isinstance(raw, Mapping):
            raise UnexpectedAnswer(f"Expected {cls.__name__}, got {str(raw)[:200]}")
        types, values = _types_of(cls.__name__), {}
        for one in fields(cls):
            if one.name == "raw":
                continue
            if one.name in raw:
                values[one.name] = _read(types[one.name], raw[one.name])
            elif one.default is MISSING:
                raise UnexpectedAnswer(f"{cls.__name__} without “{one.name}”: {str(raw)[:200]}")
        return cls(raw=raw, **values)


@cache
def _types_of(name: str) -> dict[str, Any]:
    """The types of the fields of the class of this module with this name: looked up once, not for each row."""
    return get_type_hints(globals()[name])


def _read(hint: Any, value: Any) -> Any:
    """A JSON value as what its field is: moments and answers, alone or in lists. Everything else stays as it came."""
    if value is None:
        return None
    if get_origin(hint) is UnionType:
        return _read_one_of([one for one in get_args(hint) if one is not type(None)], value)
    if get_origin(hint) is list:
        return [_read(get_args(hint)[0], one) for one in value]
    if hint is datetime:
        return datetime.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, Answer):
        return hint.read(value)
    return value


def _read_one_of(hints: list[Any], value: Any) -> Any:
    """The first kind of answer that this one has all fields of."""
    for hint in hints[:-1]:
        try:
            return _read(hint, value)
        except UnexpectedAnswer:
            continue
    return _read(hints[-1], value)


@dataclass(frozen=True, kw_only=True)
class Identity(Answer):
    """Who did something: `type` is `user` or `service_account`."""

    id: str
    type: str


@dataclass(frozen=True, kw_only=True)
class File(Answer):
    """An audio file. `size` in bytes; `duration_seconds` is None until a worker has read it."""

    id: str
    filename: str
    md5_checksum: str
    mime_type: str
    size: int
    created_at: datetime
    created_by: Identity
    duration_seconds: int | None = None
    tags: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class FailedFile(Answer):
    """A file that was not imported, as it was asked for. It has no id."""

    filename: str
    mime_type: str

    @property
    def id(self) -> str:
        raise UnexpectedAnswer(f"“{self.filename}” was not imported: look at the result's status.")


@dataclass(frozen=True, kw_only=True)
class ImportedFile(Answer):
    """`status` is SUCCESS, or says why the file is a FailedFile."""

    status: str
    file: File | FailedFile


@dataclass(frozen=True, kw_only=True)
class CloudImport(Answer):
    """One result for each file, in the order asked."""

    results: list[ImportedFile]


@dataclass(frozen=True, kw_only=True)
class Question(Answer):
    """What annotators are asked. Only the name can change."""

    id: str
    name: str
    prompt: str
    question_type: str
    created_at: datetime
    created_by: Identity
    configuration: dict[str, Any] | None = None
    conditions: list[dict[str, Any]] | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ItemsProgress(Answer):
    """How many rows are done: successful (answered or skipped for good), failed, and pending."""

    total: int
    pending: int
    successful: int
    failed: int
    failed_items: list[dict[str, Any]] | None = None

    @property
    def done(self) -> int:
        return self.total - self.pending


@dataclass(frozen=True, kw_only=True)
class Progress(Answer):
    items: ItemsProgress | None = None


@dataclass(frozen=True, kw_only=True)
class Dataset(Answer):
    """Rows that several evaluations can be made of. Each change of a row is a new version."""

    id: str
    name: str
    current_version_num: int
    created_at: datetime
    created_by: Identity
    description: str | None = None
    tags: list[str] | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DatasetItem(Answer):
    """A row of a dataset."""

    id: str
    data: dict[str, Any]
    content_hash: str
    created_at: datetime
    updated_at: datetime
    created_by: Identity
    dataset_id: str | None = None
    files: dict[str, str] | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Evaluation(Answer):
    """`status` is running, completed or failed; `tasks` is there when asked for with `views=["tasks"]`."""

    id: str
    name: str
    status: str
    created_at: datetime
    created_by: Identity
    description: str | None = None
    status_reason: str | None = None
    tags: list[str] | None = None
    metadata: dict[str, Any] | None = None
    datasets: list[Dataset] | None = None
    error_count: int | None = None
    progress: Progress | None = None
    tasks: list[dict[str, Any]] | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class EvaluationItem(Answer):
    """A row. Answers stand in `data` under their task's alias, once `task_result_statuses[alias]` is completed."""

    id: str
    evaluation_id: str
    data: dict[str, Any]
    created_at: datetime
    created_by: Identity
    files: dict[str, str] | None = None
    dataset_item_id: str | None = None
    dataset_item_version_num: int | None = None
    task_errors: dict[str, dict[str, str]] | None = None
    task_result_statuses: dict[str, str] | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Export(Answer):
    """`content` (method "direct"), or `signed_url`, an address that gives it for a while without a key."""

    filename: str
    content: str | None = None
    signed_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class SchemaField(Answer):
    """A key found in the rows, dots between levels; `source` is `data` or `task_result_cache` (an answer)."""

    field_name: str
    data_type: str
    item_count: int
    source: str


@dataclass(frozen=True, kw_only=True)
class EvaluationSchema(Answer):
    evaluation_id: str
    total_items: int
    fields: list[SchemaField]


@dataclass(frozen=True, kw_only=True)
class AnnotationTask(Answer):
    """The work on one row in one queue, by one annotator or auditor. `duration_seconds` is time spent."""

    id: str
    evaluation_id: str
    evaluation_item_id: str
    queue_id: str
    status: str
    task_type: str
    priority: int
    updated_at: datetime
    assigned_to: str | None = None
    duration_seconds: int | None = None
