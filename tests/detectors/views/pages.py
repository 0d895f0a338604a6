"""A page as people read it."""

import html
import re
from typing import Any


def text_of(response: Any) -> str:
    """The words of a page, without tags and line breaks."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))
