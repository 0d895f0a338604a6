"""Which team of a task decides: managers may change it at any time, since no answer changes with it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.models import LabelingTask
from annotations.permissions import require_there
from workspaces.errors import Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, require


@transaction.atomic
def let_decide(task: LabelingTask, team_id: UUID | None, *, by: User) -> None:
    """Let this team's answers be those that count, or with None all answers together. The same again is no change."""
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    require_there(task)
    rows = list(task.teams.select_for_update(of=("self",)).select_related("team"))
    chosen = next((row for row in rows if row.team_id == team_id), None)
    if team_id is not None and chosen is None:
        sentence = _("This team does not label in the task. Choose one of its teams, or none.")
        raise Invalid([(("body", "deciding_team_id"), sentence, "value_error")])
    before = next((row for row in rows if row.decides), None)
    if before == chosen:
        return
    task.teams.filter(decides=True).update(decides=False)
    if chosen is not None:
        task.teams.filter(pk=chosen.pk).update(decides=True)
    AuditEvent.record(
        by=by,
        workspace_id=task.workspace_id,
        verb="let_decide",
        target=task,
        data={"team": chosen.team.name if chosen else None, "before": before.team.name if before else None},
    )
