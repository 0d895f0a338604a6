"""The language model that a server is set up with, asked by the chat-completions protocol.

One question is one request with an end: so many seconds in all and so many bytes, whatever the other side does. What
goes wrong is said in our own words; what a server writes into its refusals may hold the key it was asked with.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from openai.resources.chat import AsyncCompletions

# Of an answer on the wire; a verdict with its reasons has a few hundred bytes.
MOST_BYTES = 512 * 1024
MOST_TOKENS = 1500
LONGEST_WAIT_S = 3600
Message = dict[str, str]


class NotAnswered(Exception):
    """The model could not be asked, and it is no use to go on with other questions now."""

    def __init__(self, sentence: str, *, wait_s: float = 0) -> None:
        self.wait_s = wait_s
        super().__init__(sentence)


class NotReadable(Exception):
    """It answered, but not with what can be read. `said` is what came, as far as it is text."""

    def __init__(self, sentence: str, *, said: str = "") -> None:
        self.said = said
        super().__init__(sentence)


def is_set_up() -> bool:
    return bool(settings.LLM_BASE_URL and settings.LLM_MODEL)


def model() -> str:
    return str(settings.LLM_MODEL)[:200]


def host() -> str:
    """Where the model is, for people: without what may be secret in the address."""
    return urlsplit(settings.LLM_BASE_URL).hostname or ""


def ask(messages: Sequence[Message]) -> str:
    """What the model says. Raises NotAnswered, or NotReadable."""
    try:
        body = asyncio.run(_within_time(messages))
    except TimeoutError as error:
        raise NotAnswered(_("It did not answer within %(s)g s.") % {"s": settings.LLM_TIMEOUT_S}) from error
    return _content(body)


async def _within_time(messages: Sequence[Message]) -> bytes:
    # Loading the library takes seconds the first time, which are not the model's.
    import openai  # noqa: PLC0415 - 40 MB of a library that only this job of a worker needs

    # Without a key it would look for one in the environment, meant for somebody else.
    key = settings.LLM_API_KEY or "none"
    timeout = settings.LLM_TIMEOUT_S
    client = openai.AsyncOpenAI(base_url=settings.LLM_BASE_URL, api_key=key, timeout=timeout, max_retries=0)
    completions = client.chat.completions
    async with client, asyncio.timeout(timeout):
        return await _body(completions, messages)


async def _body(completions: "AsyncCompletions", messages: Sequence[Message]) -> bytes:
    import openai  # noqa: PLC0415 - as above

    body = bytearray()
    try:
        async with (
            completions.with_streaming_response.create(  # type: ignore[call-overload] # plain dicts
                model=settings.LLM_MODEL,
                messages=list(messages),
                temperature=0,
                max_tokens=MOST_TOKENS,
                response_format={"type": "json_object"},
            ) as response,
        ):
            async for piece in response.iter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    raise NotReadable(_("It answered with more than can be read."), said=_text(bytes(body)))
    except openai.APIStatusError as error:
        raise NotAnswered(_status_sentence(error.status_code), wait_s=_wait_s(error.response.headers)) from error
    except openai.APITimeoutError as error:
        raise TimeoutError from error
    except openai.APIError as error:
        raise NotAnswered(_("It cannot be reached at %(host)s.") % {"host": host()}) from error
    except OSError as error:
        raise NotAnswered(_("The connection to %(host)s broke off.") % {"host": host()}) from error
    except Exception as error:
        # What breaks off while it is read is an error of the transport below, of a library we do not name.
        if type(error).__module__.partition(".")[0] not in ("httpx", "httpcore", "h11", "anyio"):
            raise
        raise NotAnswered(_("The connection to %(host)s broke off.") % {"host": host()}) from error
    return bytes(body)


def _status_sentence(status: int) -> str:
    if status in (401, 403):
        return _("It refused the key (HTTP %(status)d). Look at EARMARK_LLM_API_KEY.") % {"status": status}
    if status == 404:
        return _("There is no such model or address (HTTP 404). Look at EARMARK_LLM_BASE_URL and EARMARK_LLM_MODEL.")
    if status == 429:
        return _("It is asked too often (HTTP 429).")
    return _("It answered with an error (HTTP %(status)d).") % {"status": status}


def _wait_s(headers: Any) -> float:
    """How long it asks to be left alone, in seconds; dates and nonsense count as nothing."""
    text = headers.get("retry-after", "")
    return float(min(int(text), LONGEST_WAIT_S)) if text.isascii() and text.isdigit() and len(text) < 9 else 0.0


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _content(body: bytes) -> str:
    """The words of the first choice."""
    said = _text(body)
    try:
        message = json.loads(body)["choices"][0]["message"]
        content, refusal = message.get("content"), message.get("refusal")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise NotReadable(_("It did not answer by the chat-completions protocol."), said=said) from error
    if isinstance(refusal, str) and refusal:
        raise NotReadable(_("It refused to answer."), said=refusal)
    if not isinstance(content, str) or not content.strip():
        raise NotReadable(_("It said nothing."), said=said)
    return content
