"""Sending requests, and sending them again where that does no harm.

What is repeated, `max_retries` times at most, with pauses of 0.5 s doubling to 8 s or as `Retry-After` says:

- a request that never reached the server: always;
- 408 and 429, which say that nothing was done: always;
- a time-out, a broken connection or 5xx: what can be done twice (GET, PATCH, DELETE, and POSTs that only read), but no
  other POST, for it may have been done already and would be done again, unless an upload broke off before its end;
- 503 with `Retry-After`: always, the server asks for it;
- `X-Should-Retry: true` or `false` from the server decides before all of these.

A DELETE that is repeated may answer 404, because the first one did it.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx

from earmark_client.errors import APIConnectionError, APITimeoutError, UnexpectedAnswer, error_of

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 8.0
# A server that asks for more is not waited for: whoever called would rather know.
LONGEST_ASKED_S = 60.0
NEVER_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
TWICE_IS_ONCE = ("GET", "PATCH", "DELETE")


class Transport:
    """One connection pool to one server, with the key and the account in every request."""

    def __init__(self, http: httpx.Client, *, max_retries: int) -> None:
        self.http = http
        self.max_retries = max_retries

    def json(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        only_reads: bool = False,
    ) -> Any:
        """The answer's JSON. `only_reads` marks a POST that changes nothing."""

        def build() -> httpx.Request:
            return self.http.build_request(method, path, params=_in_query(query), json=body)

        return json_of(self.send(build, may_repeat=only_reads or method in TWICE_IS_ONCE))

    def send(
        self,
        build: Callable[[], httpx.Request],
        *,
        may_repeat: bool,
        is_unsent: Callable[[], bool] = lambda: False,
        stream: bool = False,
    ) -> httpx.Response:
        """Send what `build` makes, anew for each attempt; `is_unsent()` says that a broken one ended before its end."""
        attempt = 0
        while True:
            request = build()
            try:
                response = self.http.send(request, stream=stream)
            except httpx.TransportError as error:
                is_harmless = may_repeat or isinstance(error, NEVER_REACHED) or is_unsent()
                if attempt >= self.max_retries or not is_harmless:
                    raise unreachable(request, error) from error
                pause = _pause(attempt)
            else:
                if response.is_success:
                    return response
                pause = _asked_pause(response.headers) or _pause(attempt)
                is_wanted = _is_worth_repeating(response, may_repeat=may_repeat) and pause <= LONGEST_ASKED_S
                if attempt >= self.max_retries or not is_wanted:
                    response.read()
                    raise error_of(response)
                response.close()
            time.sleep(pause)
            attempt += 1


def address(path: str, *parts: str) -> str:
    """An address below `path`. Ids and aliases stay one part each, whatever they hold; ValueError for an empty one."""
    if not all(parts):
        raise ValueError(f"{path}: an id is empty.")
    return "/".join([path, *(quote(part, safe="") for part in parts)])


def unreachable(request: httpx.Request, error: httpx.TransportError) -> APIConnectionError:
    kind = APITimeoutError if isinstance(error, httpx.TimeoutException) else APIConnectionError
    reason = str(error) or type(error).__name__
    return kind(f"{request.method} {request.url}: {reason}")


def json_of(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise UnexpectedAnswer(
            f"{response.request.url} answered no JSON. Is the base address that of an Earmark?"
        ) from error


def _in_query(query: Mapping[str, Any] | None) -> dict[str, str]:
    """Without what was not given; lists joined by commas, truth in lower case."""
    return {name: _as_text(value) for name, value in (query or {}).items() if value is not None}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(str(one) for one in value)
    return str(value)


def _is_worth_repeating(response: httpx.Response, *, may_repeat: bool) -> bool:
    said = str(response.headers.get("x-should-retry", "")).lower()
    if said in ("true", "false"):
        return said == "true"
    if response.status_code == 503 and "retry-after" in response.headers:
        return True
    return response.status_code in (408, 429) or (may_repeat and response.status_code >= 500)


def _asked_pause(headers: httpx.Headers) -> float | None:
    """Seconds the server asks to wait: a number, or a date."""
    text = headers.get("retry-after", "").strip()
    try:
        return max(float(text), 0.0)
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(at.timestamp() - time.time(), 0.0)


def _pause(attempt: int) -> float:
    """Longer each time, and by chance up to a quarter shorter, so that many clients do not come back at once."""
    longest = min(FIRST_PAUSE_S * 2.0**attempt, LONGEST_PAUSE_S)
    return longest * (1 - 0.25 * secrets.randbelow(1000) / 1000)
