"""The annotator's loop: next item, draft, submit, skip. These run thousands of times a day; each query is counted."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from annotations.answers import clean, clean_effort
from annotations.form import form_of
from annotations.models import Assignment, Draft, LabelingTask, Submission, TaskPerson
from annotations.permissions import require_move, require_running, require_seat, was_left_by
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User
from workspaces.permissions import Right

State = Assignment.State
MAX_SKIP_REASON = 1000


class StaleDraft(IllegalMove):
    """Somebody, perhaps the same person in another tab, saved a later draft. `extra` goes into the answer."""

    def __init__(self, version: int) -> None:
        self.extra = {"version": version}
        super().__init__(_("This item was changed in another window. Reload to go on from there."))


def current_draft(assignment: Assignment, user: User) -> Draft | None:
    """This person's draft of a turn, unless it was handed in since."""
    if not assignment.has_drafts:
        return None
    return Draft.objects.filter(assignment=assignment, author=user, revision=assignment.revision).first()


def next_for(task: LabelingTask, *, by: User) -> Assignment | None:
    """The next item for this person, begun; None when there is none left for them.

    Their own work comes first: what they opened, what was returned, what was dealt to them. Then the pool.
    """
    require_seat(by, task, right=Right.LABEL)
    require_running(task)
    found = _mine(task, by=by, states=[State.IN_PROGRESS, State.REWORK])
    if found is None and not task.labels_openly:
        found = _mine(task, by=by, states=[State.ASSIGNED])
    if found is not None:
        if found.state == State.IN_PROGRESS:
            found.renew(by=by)
        else:
            found.start(by=by)
        return found
    found = _from_pool(task, by=by)
    if found is None and Assignment.objects.filter(task=task).give_back_expired():
        found = _from_pool(task, by=by)
    return found


def _mine(task: LabelingTask, *, by: User, states: list[str]) -> Assignment | None:
    """The first of this person's turns. States sort by name: what is in progress before what was returned."""
    rows = Assignment.objects.filter(task=task, annotator=by, state__in=states)
    found = rows.order_by("state", "position").first()
    if found is not None:
        found.task = task
    return found


def _from_pool(task: LabelingTask, *, by: User) -> Assignment | None:
    """Take the first turn of the pool that this person may have.

    Picking and taking are one transaction: SQLite writers queue for it, PostgreSQL skips rows another is taking. The
    move itself is a compare-and-swap, so even without either nobody gets what another has.
    """
    rows = Assignment.objects.open_to(by) if task.overlap > 1 else Assignment.objects.filter(state=State.OPEN)
    rows = rows.filter(task=task, annotator=None).order_by("position", "slot")
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        found = rows.first()
        if found is None:
            return None
        found.task = task
        found.take(by=by)
    return found


def open_one(assignment: Assignment, *, by: User) -> None:
    """Go on with a certain item: own work, or one that went back to the pool and is still there."""
    require_move(by, "open", assignment)
    if assignment.state == State.OPEN:
        assignment.take(by=by)
    elif assignment.state == State.IN_PROGRESS:
        assignment.renew(by=by)
    else:
        assignment.start(by=by)


def _hold(assignment: Assignment, move: str, *, by: User) -> None:
    """Check the move. An item whose lease ran out while its person was away is taken again if nobody else has it."""
    if was_left_by(by, assignment):
        require_running(assignment.task)
        assignment.take(by=by)
    elif assignment.annotator_id == by.pk and assignment.state in (State.ASSIGNED, State.REWORK):
        require_running(assignment.task)
        assignment.start(by=by)
    require_move(by, move, assignment)


def save_draft(assignment: Assignment, *, by: User, body: dict[str, Any]) -> int:
    """Keep unfinished answers; returns the new version. A version that is not the last one is refused (409)."""
    version = body.get("version")
    if type(version) is not int or version < 0:
        raise Invalid(
            [(("body", "version"), _("Send the version of the draft that was changed."), "type_error.integer")]
        )
    length = assignment.duration_ms
    answers = clean(form_of(assignment.task_id), body.get("answers"), duration_ms=length, complete=False)
    active_ms, listened = clean_effort(body, duration_ms=length)
    with transaction.atomic():
        _hold(assignment, "submit", by=by)
        # First the turn, then the draft: what was handed in meanwhile takes no draft, and is not "changed elsewhere".
        if not assignment.renew(by=by, has_drafts=True):
            raise IllegalMove(assignment.refusal("draft"))
        fields = {
            "answers": answers,
            "active_ms": active_ms,
            "listened": listened,
            "revision": assignment.revision,
            "version": version + 1,
        }
        if not _store_draft(assignment, by=by, version=version, fields=fields):
            raise StaleDraft(_draft_version(assignment, by=by))
    return version + 1


def _draft_version(assignment: Assignment, *, by: User) -> int:
    rows = Draft.objects.filter(assignment=assignment, author=by, revision=assignment.revision)
    return rows.values_list("version", flat=True).first() or 0


def _store_draft(assignment: Assignment, *, by: User, version: int, fields: dict[str, Any]) -> bool:
    """Compare-and-swap on the version; version 0 means there is no draft of this revision yet."""
    rows = Draft.objects.filter(assignment=assignment, author=by)
    if version:
        return bool(rows.filter(version=version, revision=assignment.revision).update(**fields))
    if rows.filter(revision__lt=assignment.revision).update(**fields):
        return True
    try:
        with transaction.atomic():
            Draft.objects.create(assignment=assignment, author=by, **fields)
    except IntegrityError:
        return False
    return True


def submit(assignment: Assignment, *, by: User, body: dict[str, Any]) -> Submission:
    """Hand the answers in. Nothing is stored unless all of it is right."""
    length = assignment.duration_ms
    answers = clean(form_of(assignment.task_id), body.get("answers"), duration_ms=length, complete=True)
    active_ms, listened = clean_effort(body, duration_ms=length)
    revision = body.get("revision", assignment.revision)
    if type(revision) is not int:
        raise Invalid([(("body", "revision"), _("Send the number of submissions so far."), "type_error.integer")])
    with transaction.atomic():
        _hold(assignment, "submit", by=by)
        _require_known_draft(assignment, by=by, version=body.get("draft_version"), revision=revision)
        submission = assignment.submit(
            by=by, answers=answers, active_ms=active_ms, listened=listened, revision=revision
        )
        assignment.task.settle(by=by)
    return submission


def _require_known_draft(assignment: Assignment, *, by: User, version: object, revision: int) -> None:
    """An older window must not hand in over what was saved in a newer one. Programs that keep no draft say nothing."""
    if type(version) is not int or not assignment.has_drafts or revision != assignment.revision:
        return
    last = _draft_version(assignment, by=by)
    if last != version:
        raise StaleDraft(last)


def skip(assignment: Assignment, *, by: User, reason: object) -> None:
    """Set an item aside for the manager, with the reason."""
    if not isinstance(reason, str) or not 3 <= len(reason.strip()) <= MAX_SKIP_REASON:
        sentence = _("Say in a few words why, with 3 to %(most)d characters.") % {"most": MAX_SKIP_REASON}
        raise Invalid([(("body", "reason"), sentence, "value_error")])
    with transaction.atomic():
        require_move(by, "skip", assignment)
        assignment.skip(by=by, reason=reason.strip())
        assignment.task.settle(by=by)


def release(assignment: Assignment, *, by: User) -> None:
    require_move(by, "release", assignment)
    assignment.release(by=by)


def progress_of(task: LabelingTask, *, user: User, kind: str) -> dict[str, int]:
    """How far this person is: of their number when they have one, of the whole task when they take from the pool."""
    rows = Assignment.objects.filter(task=task).exclude(state__in=[State.CANCELLED, State.SKIPPED])
    quota = TaskPerson.objects.filter(task=task, user=user, kind=kind).values_list("quota", flat=True).first()
    if kind == TaskPerson.Kind.REVIEW:
        mine = rows.filter(reviewer=user)
        return {
            "done": mine.exclude(state=State.PENDING_REVIEW).count(),
            "total": quota or rows.count(),
        }
    handed_in = rows.exclude(state__in=Assignment.LEFT_TO_LABEL)
    if quota:
        return {"done": handed_in.filter(annotator=user).count(), "total": quota}
    return {"done": handed_in.count(), "total": rows.count()}


def assignment_for(user: User, assignment_id: UUID) -> Assignment | None:
    """One turn with its task, if it exists for this person. A deleted task is there too: the verbs say so."""
    try:
        return Assignment.objects.visible_to(user).select_related("task").get(pk=assignment_id)
    except Assignment.DoesNotExist:
        return None
