"""Which of the ways to come by items with known answers somebody chose."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from annotations.models import LabelingTask
from annotations.qualifying.keys import Keyed, from_answers, from_results, listed
from workspaces.errors import Invalid
from workspaces.models import User


def chosen(task: LabelingTask, given: dict[str, Any]) -> list[Keyed]:
    """`items`, or those of `from_results` or `from_answers_of`. Raises Invalid where that comes to nothing."""
    if "items" in given:
        return listed(task, given["items"])
    count = given.get("count", 20)
    if given.get("from_results"):
        found = from_results(task, least_confidence=given.get("least_confidence", 0.8), count=count)
        sentence = _("No result of this task is that sure. Compute the results, or ask for less confidence.")
    elif "from_answers_of" in given:
        found = from_answers(task, author=_author(task, given["from_answers_of"]), count=count)
        sentence = _("Nothing that can be graded was handed in there yet.")
    else:
        raise Invalid([(("body", "items"), _("Send items with their expected answers."), "value_error.missing")])
    if not found:
        raise Invalid([(("body", "from_results"), sentence, "value_error")])
    return found


def _author(task: LabelingTask, pk: UUID | None) -> User | None:
    if pk is None:
        return None
    found = User.objects.filter(memberships__workspace=task.workspace_id, pk=pk).first()
    if found is None:
        sentence = _("Choose a member of this workspace.")
        raise Invalid([(("body", "from_answers_of"), sentence, "value_error")])
    return found
