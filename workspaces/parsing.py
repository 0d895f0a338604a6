"""JSON bodies of the API."""

import json
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from workspaces.errors import Invalid


class JsonParser(parsers.JSONParser):
    """JSON in UTF-8, whatever the sender calls it, without what could be neither stored nor answered."""

    def parse(self, stream: IO[bytes], media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode()
            data = json.loads(text, parse_constant=_refuse)
            # Writing needs a little more room than reading: what was just read may be too deep for this.
            if "\\ud" in text.lower():
                _require_whole_letters(data)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        except ValueError as error:
            raise ParseError(_("This is not JSON: %(why)s.") % {"why": str(error)[:200]}) from error
        return data


def _refuse(name: str) -> None:
    raise ValueError(_("%(name)s is not a number") % {"name": name})


def _require_whole_letters(data: Any) -> None:
    """An escaped half of a letter is read by Python and written by nothing."""
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        sentence = _("The text holds a character that cannot be stored.")
        raise Invalid([(("body",), sentence, "value_error")]) from error
