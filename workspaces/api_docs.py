"""The API's description as a page of our own: the OpenAPI schema laid out, with nothing fetched from elsewhere."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Row:
    """One value that is sent or answered."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Row] = field(default_factory=list)
    body: list[Row] = field(default_factory=list)
    answers: "list[tuple[str, str, list[Row]]]" = field(default_factory=list)
    refusals: list[tuple[str, str]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"{self.method}{self.path}".replace("/", "-").replace("{", "").replace("}", "")


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "workspaces/api_docs.html", {"groups": groups()})


@cache
def groups() -> dict[str, list[Operation]]:
    """Operations by the first word of their path. The code decides them, so a process reads them once."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        words = [word for word in path.split("/") if word and word not in ("api", "v1")]
        for method in METHODS:
            if method in methods:
                found.setdefault(words[0] if words else path, []).append(
                    _operation(method, path, methods[method], schema=schema)
                )
    return dict(sorted(found.items()))


def _operation(method: str, path: str, raw: dict[str, Any], *, schema: dict[str, Any]) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=raw.get("summary", ""),
        description=raw.get("description", ""),
        parameters=[
            Row(row["name"], _type(row.get("schema", {})), row.get("required", False), row.get("description", ""))
            for row in raw.get("parameters", [])
            if row["in"] in ("path", "query")
        ],
        body=_rows(_content(raw.get("requestBody", {})), schema=schema),
        answers=[
            (code, answer.get("description", ""), _rows(_content(answer), schema=schema))
            for code, answer in raw.get("responses", {}).items()
            if code < "400"
        ],
        refusals=[
            (code, answer.get("description", "")) for code, answer in raw.get("responses", {}).items() if code >= "400"
        ],
    )


def _content(part: dict[str, Any]) -> dict[str, Any]:
    """The schema of a body or an answer, whatever its content type."""
    for content in part.get("content", {}).values():
        found: dict[str, Any] = content.get("schema", {})
        return found
    return {}


def _rows(part: dict[str, Any], *, schema: dict[str, Any]) -> list[Row]:
    """The fields of an object, or of the objects in a list."""
    resolved = _resolve(part, schema=schema)
    if resolved.get("type") == "array":
        resolved = _resolve(resolved.get("items", {}), schema=schema)
    if "oneOf" in resolved:
        return _merged([_rows(one, schema=schema) for one in resolved["oneOf"]])
    required = resolved.get("required", [])
    return [
        Row(name, _type(value), name in required, value.get("description", ""))
        for name, value in resolved.get("properties", {}).items()
    ]


def _merged(shapes: list[list[Row]]) -> list[Row]:
    """The fields of an object that has one of several shapes: a field is required when it is in each of them."""
    found: dict[str, list[Row]] = {}
    for row in (row for rows in shapes for row in rows):
        found.setdefault(row.name, []).append(row)
    return [
        Row(
            name,
            " or ".join(dict.fromkeys(row.type for row in rows)),
            len(rows) == len(shapes) and all(row.required for row in rows),
            "; ".join(dict.fromkeys(row.description for row in rows if row.description)),
        )
        for name, rows in found.items()
    ]


def _resolve(part: dict[str, Any], *, schema: dict[str, Any]) -> dict[str, Any]:
    if reference := part.get("$ref"):
        found: dict[str, Any] = schema["components"]["schemas"][reference.rpartition("/")[2]]
        return found
    return part


def _type(value: dict[str, Any]) -> str:
    """A field's type in words: "list of string", "string (uuid) or null", "one of open, done"."""
    if reference := value.get("$ref") or next((part.get("$ref") for part in value.get("allOf", [])), None):
        return str(reference.rpartition("/")[2])
    if "enum" in value:
        return "one of " + ", ".join(str(choice) for choice in value["enum"] if choice is not None)
    if value.get("type") == "array":
        return f"list of {_type(value.get('items', {}))}"
    name = str(value.get("type", "any"))
    if kind := value.get("format"):
        name += f" ({kind})"
    return f"{name} or null" if value.get("nullable") else name
