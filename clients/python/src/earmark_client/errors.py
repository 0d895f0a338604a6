"""What can go wrong, as exceptions. The message is what the server said."""

from dataclasses import dataclass
from typing import Any

import httpx


class EarmarkError(Exception):
    """Whatever this package raises by itself."""


class UnexpectedAnswer(EarmarkError):
    """The server answered something that is not of this API: look at the base address."""


class APIConnectionError(EarmarkError):
    """No answer arrived. Whether the server has done what was asked is not known, unless it was never reached."""


class APITimeoutError(APIConnectionError):
    """No answer arrived in time."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what was sent: where, as in `tasks.0.configuration.question_id`, and what."""

    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else self.sentence


class APIStatusError(EarmarkError):
    """The server refused: `status_code`, `problems` one by one, and the JSON `body` (a text where it is none)."""

    def __init__(self, status_code: int, problems: list[Problem], body: Any) -> None:
        self.status_code = status_code
        self.problems = problems
        self.body = body
        super().__init__("\n".join(str(problem) for problem in problems))


class BadRequestError(APIStatusError):
    """400: not now, or not this one."""


class AuthenticationError(APIStatusError):
    """401: the key is missing, wrong, revoked or expired."""


class PermissionDeniedError(APIStatusError):
    """403: the key's person may not do this, or the account is another one."""


class NotFoundError(APIStatusError):
    """404: there is no such thing in this account."""


class TooLargeError(APIStatusError):
    """413: the file is larger than the server takes."""


class UnsupportedMediaTypeError(APIStatusError):
    """415: the file is not audio, or the body is not what the address takes."""


class UnprocessableEntityError(APIStatusError):
    """422: what was sent is wrong, and nothing was stored. `problems` names each field."""


class RateLimitError(APIStatusError):
    """429: too many requests; they were repeated as often as allowed."""


class ServerError(APIStatusError):
    """5xx: the server is at fault, or is just being restarted."""


BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    413: TooLargeError,
    415: UnsupportedMediaTypeError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def error_of(response: httpx.Response) -> APIStatusError:
    """The exception for an answer (already read) that is no success."""
    code = response.status_code
    kind = BY_STATUS.get(code, ServerError if code >= 500 else APIStatusError)
    try:
        body = response.json()
    except ValueError:
        body = response.text
    return kind(code, _problems(response, body), body)


def _problems(response: httpx.Response, body: Any) -> list[Problem]:
    detail = body.get("detail") if isinstance(body, dict) else None
    if isinstance(detail, str) and detail:
        return [Problem("", detail)]
    if isinstance(detail, list) and detail:
        return [_problem(row) for row in detail]
    target = response.headers.get("location")
    where = f" (to {target})" if target else ""
    return [Problem("", f"{response.request.url} answered {response.status_code} {response.reason_phrase}{where}")]


def _problem(row: Any) -> Problem:
    if not isinstance(row, dict):
        return Problem("", str(row))
    # "body" and "query" say how it was sent, which this package decides.
    path = [str(part) for part in row.get("loc", []) if part not in ("body", "query")]
    return Problem(".".join(path), str(row.get("msg", row)))
