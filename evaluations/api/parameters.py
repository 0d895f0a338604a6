"""What is asked for in addresses of `/v5/`, read strictly: what is misspelled is refused, never passed over."""

from functools import partial

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from workspaces.errors import Invalid

# Every operation of this door stands under one heading of the API's description.
described = partial(extend_schema, tags=["Voice evaluations"])
ARCHIVED = OpenApiParameter("include_archived", OpenApiTypes.BOOL, description="Also what is in the archive.")
TAGS = OpenApiParameter("tags", str, description="Words separated by commas. What has all of them is listed.")


def flag(request: Request, name: str) -> bool:
    """A parameter that is true or false, false when it is not there."""
    text = request.query_params.get(name, "").lower()
    if text not in ("", "true", "false", "1", "0"):
        raise refused(name, _("Give true or false."))
    return text in ("true", "1")


def words(request: Request, name: str) -> list[str]:
    """A parameter that is a list with commas."""
    text = request.query_params.get(name, "")
    return [word for part in text.split(",") if (word := part.strip())]


def text_of(request: Request, name: str) -> str:
    """A parameter that is a text to look for."""
    text = request.query_params.get(name, "")
    if "\0" in text:
        raise refused(name, _("The text holds a character that cannot be stored."))
    return text


def refused(name: str, sentence: str) -> Invalid:
    return Invalid([(("query", name), sentence, "value_error")])
