"""How the API describes itself: every operation also names the refusals that `config.errors` can answer it with."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import status

_PROBLEM = {
    "type": "object",
    "required": ["loc", "msg", "type"],
    "properties": {
        "loc": {"type": "array", "items": {"oneOf": [{"type": "string"}, {"type": "integer"}]}},
        "msg": {"type": "string"},
        "type": {"type": "string"},
    },
}
# A refusal may say more beside its sentence, such as the version of a draft that is newer.
REFUSAL = ResolvedComponent(  # type: ignore[no-untyped-call]
    name="Refusal",
    type=ResolvedComponent.SCHEMA,
    object="Refusal",
    schema={"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}},
)
PROBLEMS = ResolvedComponent(  # type: ignore[no-untyped-call]
    name="Problems",
    type=ResolvedComponent.SCHEMA,
    object="Problems",
    schema={
        "type": "object",
        "required": ["detail"],
        "properties": {"detail": {"type": "array", "items": _PROBLEM}},
    },
)
WORDS = {
    400: "What was sent cannot be read, or cannot be done now.",
    401: "The API key is missing, wrong, revoked or expired.",
    403: "The role or the key does not include this.",
    404: "There is nothing of this id for the caller.",
    406: "The answer cannot be given in the type that was asked for.",
    409: "It cannot be done at this moment.",
    411: "The body comes in chunks, without its length.",
    413: "What was sent is too large.",
    415: "What was sent is not of a type that is taken here.",
    422: "Values are missing or wrong: each with its place and a sentence.",
}


class DescribedSchema(AutoSchema):
    """Adds the refusals to what a view says of its answers; what it says itself stays."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        answers: dict[str, Any] = super()._get_response_bodies(direction)
        for code in sorted(self._refusals()):
            answers.setdefault(str(code), self._refusal(code))
        return answers

    def _refusals(self) -> set[int]:
        # 400 and 422: an address may hold what cannot be read, such as half a letter, or ask for a page that is none.
        codes = {400, 401, 403, 406, 422}
        if "{" in self.path:
            codes.add(404)
        if self.method not in ("GET", "HEAD"):
            codes |= {404, 415, getattr(self.view, "illegal_move_status", status.HTTP_409_CONFLICT)}
        if self.method in ("POST", "PUT", "PATCH"):
            codes |= {411, 413}
        return codes

    def _refusal(self, code: int) -> dict[str, Any]:
        component = PROBLEMS if code == status.HTTP_422_UNPROCESSABLE_ENTITY else REFUSAL
        self.registry.register_on_missing(component)
        return {"description": WORDS[code], "content": {"application/json": {"schema": component.ref}}}
