"""JSON bodies, however they are nested."""

import io
import sys

from rest_framework.exceptions import ParseError

from workspaces.parsing import JsonParser


def test_what_is_too_deep_is_refused_whether_it_is_found_in_reading_or_in_checking():
    refused = set()
    for depth in range(1, sys.getrecursionlimit() + 10):
        body = b'{"a":' * depth + b'"\\ud83d\\ude00"' + b"}" * depth
        try:
            JsonParser().parse(io.BytesIO(body))
        except ParseError as error:
            refused.add(str(error))

    assert refused == {"The JSON is nested too deeply."}
