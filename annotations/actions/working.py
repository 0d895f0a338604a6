"""The annotator's loop: next item, draft, submit, skip. These run thousands of times a day; each query is counted."""

from typing import Any
from uuid import UUID

from django.core.cache import caches
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, When
from django.utils.translation import gettext as _

from annotations import following
from annotations.actions.reviewing import require_room
from annotations.answers import clean, clean_effort
from annotations.form import form_of
from annotations.models import Assignment, Draft, LabelingTask, Submission, TaskPerson
from annotations.overlapping.handing_out import take_at_random
from annotations.permissions import require_move, require_running, require_seat, was_left_by
from annotations.progress import MANY_TURNS, segments_of
from annotations.qualifying.attempts import how_far_in
from annotations.qualifying.disguise import mixed_into, with_controls
from annotations.qualifying.handing_out import controls_in, next_control, next_lesson
from annotations.settling import settle
from annotations.suggesting import dismissed_in, judged
from annotations.words.proposing import count_new_words
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, can

State = Assignment.State
MAX_SKIP_REASON = 1000
# Turns in these states are in nobody's count.
NOT_COUNTED = (State.CANCELLED, State.SKIPPED)
COUNTED_EVERY_S = 10


class StaleDraft(IllegalMove):
    """Somebody, perhaps the same person in another tab, saved a later draft. `extra` goes into the answer.

    With the answers stored there, a page whose last save arrived and was never confirmed recognises its own work.
    """

    def __init__(self, draft: Draft | None) -> None:
        stored = (draft.version, draft.answers, draft.dismissed) if draft else (0, {}, [])
        self.extra = dict(zip(("version", "answers", "dismissed"), stored, strict=True))
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
    following.require_fit(task, by=by)
    begun: list[str] = [State.IN_PROGRESS, State.REWORK]
    # Where nobody is named little is dealt, and one look is enough for that too.
    is_dealt = not (task.labels_openly or task.by_team)
    controls = controls_in(task) if task.control_percent else None
    in_two = is_dealt or controls is not None
    found = _mine(task, by=by, states=begun if in_two else [*begun, State.ASSIGNED], controls=controls)
    if found is None and controls is not None and (control := next_control(task, controls, by=by)):
        return control
    if found is None and in_two:
        found = _mine(task, by=by, states=[State.ASSIGNED])
    if found is not None:
        if found.state == State.IN_PROGRESS:
            found.renew(by=by)
        else:
            found.start(by=by)
        return found
    if task.is_lesson:
        return next_lesson(task, by=by)
    try:
        found = _from_pool(task, by=by)
        if found is None and Assignment.objects.filter(task=task).give_back_expired():
            found = _from_pool(task, by=by)
    except IntegrityError:
        # In another window the same person took the item's other turn at this moment: that is their next item. Or the
        # first turn is one that others are asked for in their place.
        found = _mine(task, by=by, states=begun) or _from_pool(task, by=by, is_new=True)
    return found


def _mine(
    task: LabelingTask, *, by: User, states: list[str], controls: LabelingTask | None = None
) -> Assignment | None:
    """The first of this person's turns: what is in progress before what was returned, and then what was dealt."""
    rows = Assignment.objects.filter(task=task, annotator=by, state__in=states)
    if controls is not None:
        rows = Assignment.objects.filter(task__in=[task, controls], annotator=by, state__in=states)
    # The two others sort by name. One state alone is read in the order of the index, however many were dealt.
    is_dealt = [Case(When(state=State.ASSIGNED, then=1), default=0)] if len(states) > 1 else []
    found = rows.order_by(*is_dealt, "state", "position").first()
    if found is not None:
        found.task = controls if controls is not None and found.task_id == controls.pk else task
    return found


def _from_pool(task: LabelingTask, *, by: User, is_new: bool = False) -> Assignment | None:
    """Take the first turn of the pool that this person may have, or where several people answer an item, any.

    `is_new` looks at what they had: where one person answers an item, few ever had one that is in the pool.

    Picking and taking are one transaction: SQLite writers queue for it, PostgreSQL skips rows another is taking. The
    move itself is a compare-and-swap, so even without either nobody gets what another has.
    """
    if task.is_shared:
        return take_at_random(task, by=by)
    rows = Assignment.objects.open_to(by) if is_new else Assignment.objects.filter(state=State.OPEN)
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
    if assignment.state in (State.OPEN, State.ASSIGNED):
        following.require_fit(assignment.task.shown, by=by)
    if assignment.state == State.OPEN:
        _require_free(assignment, by=by)
        assignment.take(by=by)
    elif assignment.state == State.IN_PROGRESS:
        assignment.renew(by=by)
    else:
        assignment.start(by=by)


def _require_free(assignment: Assignment, *, by: User) -> None:
    """A certain item of the pool is open to those to whom the pool would give it, or who left it there."""
    if not was_left_by(by, assignment):
        require_seat(by, assignment.task, right=Right.LABEL)
        if assignment.team is not None and not assignment.team.members.filter(pk=by.pk).exists():
            raise IllegalMove(_("This one is for another team. Take the next item."))
    if not Assignment.objects.open_to(by).filter(pk=assignment.pk).exists():
        raise IllegalMove(_("You have a turn at this item or judge it, so this one is for somebody else."))


def _hold(assignment: Assignment, move: str, *, by: User) -> None:
    """Check the move. An item whose lease ran out while its person was away is taken again if nobody else has it."""
    was_left = was_left_by(by, assignment)
    if was_left or (assignment.annotator_id == by.pk and assignment.state in (State.ASSIGNED, State.REWORK)):
        require_running(assignment.task)
        _require_not_taken_back(assignment)
        if was_left:
            _require_free(assignment, by=by)
            assignment.take(by=by)
        else:
            if assignment.state == State.ASSIGNED:
                following.require_fit(assignment.task.shown, by=by)
            assignment.start(by=by)
    require_move(by, move, assignment)


def _require_not_taken_back(assignment: Assignment) -> None:
    """A page that was open when a manager took the item back must not undo that with its next save."""
    last = AuditEvent.objects.filter(target_id=assignment.pk).order_by("-id").values_list("verb", flat=True).first()
    if last == "take_back":
        raise IllegalMove(_("A manager took this item back. Your draft is kept; go on with the next one."))


def save_draft(assignment: Assignment, *, by: User, body: dict[str, Any]) -> int:
    """Keep unfinished answers; returns the new version. A version that is not the last one is refused (409).

    They are an annotator's labels, or the correction that an auditor is about to approve an item with.
    """
    version = body.get("version")
    if type(version) is not int or version < 0:
        raise Invalid(
            [(("body", "version"), _("Send the version of the draft that was changed."), "type_error.integer")]
        )
    length = assignment.duration_ms
    answers = clean(form_of(assignment.task), body.get("answers"), duration_ms=length, complete=False)
    active_ms, listened = clean_effort(body, duration_ms=length)
    dismissed = dismissed_in(assignment, by=by, body=body)
    judged(assignment, sent=body, answers=answers, dismissed=dismissed)
    with transaction.atomic():
        # First the turn, then the draft: what was handed in meanwhile takes no draft, and is not "changed elsewhere".
        if _mends(assignment, by):
            _hold_for_fix(assignment, by=by, revision=body.get("revision"))
        else:
            _hold(assignment, "submit", by=by)
            if not assignment.renew(by=by, has_drafts=True):
                raise IllegalMove(assignment.refusal("draft"))
        fields = {
            "answers": answers,
            "active_ms": active_ms,
            "listened": listened,
            "dismissed": dismissed,
            "revision": assignment.revision,
            "version": version + 1,
        }
        if not _store_draft(assignment, by=by, version=version, fields=fields):
            raise StaleDraft(_stored_draft(assignment, by=by))
    return version + 1


def _mends(assignment: Assignment, user: User) -> bool:
    """Something was handed in by somebody else, and this person judges."""
    is_theirs = assignment.annotator_id == user.pk or not assignment.revision
    return not is_theirs and can(user, Right.REVIEW, assignment.task.workspace_id)


def _hold_for_fix(assignment: Assignment, *, by: User, revision: object) -> None:
    """Keep the review for the auditor who corrects it, unless it was decided or handed in anew meanwhile."""
    require_move(by, "fix", assignment)
    require_seat(by, assignment.task, right=Right.REVIEW)
    if type(revision) is int and revision != assignment.revision:
        raise IllegalMove(_("This item was corrected and handed in again. Reload to judge what is there now."))
    if assignment.reviewer_id is None:
        require_room(assignment, by=by)
        assignment.claim_review(by=by)
    rows = Assignment.objects.filter(pk=assignment.pk, state=State.PENDING_REVIEW, reviewer=by)
    if not rows.filter(revision=assignment.revision).update(has_drafts=True):
        raise IllegalMove(assignment.refusal("fix"))


def _stored_draft(assignment: Assignment, *, by: User) -> Draft | None:
    return Draft.objects.filter(assignment=assignment, author=by, revision=assignment.revision).first()


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
    answers = clean(form_of(assignment.task), body.get("answers"), duration_ms=length, complete=True)
    active_ms, listened = clean_effort(body, duration_ms=length)
    revision = body.get("revision", assignment.revision)
    if type(revision) is not int:
        raise Invalid([(("body", "revision"), _("Send the number of submissions so far."), "type_error.integer")])
    dismissed = dismissed_in(assignment, by=by, body=body)
    found = judged(assignment, sent=body, answers=answers, dismissed=dismissed)
    with transaction.atomic():
        _hold(assignment, "submit", by=by)
        _require_known_draft(assignment, by=by, version=body.get("draft_version"), revision=revision)
        submission = assignment.submit(
            by=by,
            answers=answers,
            active_ms=active_ms,
            listened=listened,
            revision=revision,
            suggested=found.suggested,
            fates=found.fates,
        )
        count_new_words(form_of(assignment.task), assignment.pk, answers=answers, revision=submission.revision)
        following.submitted(assignment, submission, by=by)
        settle(assignment.task, by=by)
    return submission


def _require_known_draft(assignment: Assignment, *, by: User, version: object, revision: int) -> None:
    """An older window must not hand in over what was saved in a newer one. Programs that keep no draft say nothing."""
    if type(version) is not int or not assignment.has_drafts or revision != assignment.revision:
        return
    last = _stored_draft(assignment, by=by)
    if (last.version if last else 0) != version:
        raise StaleDraft(last)


def skip(assignment: Assignment, *, by: User, reason: object) -> None:
    """Set an item aside for the manager, with the reason."""
    if not isinstance(reason, str) or not 3 <= len(reason.strip()) <= MAX_SKIP_REASON or "\0" in reason:
        sentence = _("Say in a few words why, with 3 to %(most)d characters.") % {"most": MAX_SKIP_REASON}
        raise Invalid([(("body", "reason"), sentence, "value_error")])
    if assignment.task.is_lesson:
        raise IllegalMove(_("In a training or an exam nothing is set aside. Answer as well as you can."))
    with transaction.atomic():
        require_move(by, "skip", assignment)
        assignment.skip(by=by, reason=reason.strip())
        following.skipped(assignment, by=by)
        settle(assignment.task, by=by)


def release(assignment: Assignment, *, by: User) -> None:
    require_move(by, "release", assignment)
    assignment.release(by=by)


def progress_of(task: LabelingTask, *, user: User, kind: str) -> dict[str, int]:
    """How far this person is: of their number when they have one, of the whole task when they take from the pool."""
    if task.is_lesson:
        return how_far_in(task, user=user)
    seat = TaskPerson.objects.filter(task=task, user=user, kind=kind).order_by("pk")
    quota = seat.values_list("quota", flat=True).first()
    if kind == TaskPerson.Kind.REVIEW:
        # The states are named, so that the index that begins with task and state leads to this person's rows.
        states = [state for state in State.values if state not in (State.PENDING_REVIEW, *NOT_COUNTED)]
        judged = Assignment.objects.filter(task=task, state__in=states, reviewer=user)
        return {"done": judged.count(), "total": _whole(task)["total"] if quota is None else quota}
    if quota is None:
        return _mixed(task, user, _whole(task), has_number=False)
    handed_in = [state for state in State.values if state not in (*Assignment.LEFT_TO_LABEL, *NOT_COUNTED)]
    mine = Assignment.objects.filter(task=task, state__in=handed_in, annotator=user)
    return _mixed(task, user, {"done": mine.count(), "total": quota}, has_number=True)


def _mixed(task: LabelingTask, user: User, how_far: dict[str, int], *, has_number: bool) -> dict[str, int]:
    if not task.control_percent:
        return how_far
    mixed = mixed_into([task], user=user).get(task.pk)
    done, total = with_controls(task, mixed, user=user, has_number=has_number, **how_far)
    return {"done": done, "total": total}


def _whole(task: LabelingTask) -> dict[str, int]:
    """How far everybody is together. Very many turns are not counted for each item that is handed out."""
    known: dict[str, int] | None = caches["process"].get(f"how-far:{task.pk}")
    if known is None:
        found = segments_of([task.pk])[task.pk]
        known = {"done": found.handed_in, "total": found.total - found.skipped}
        if found.total > MANY_TURNS:
            caches["process"].set(f"how-far:{task.pk}", known, timeout=COUNTED_EVERY_S)
    return known


def assignment_for(user: User, assignment_id: UUID) -> Assignment | None:
    """One turn with its task, if it exists for this person. A deleted task is there too: the verbs say so."""
    try:
        return Assignment.objects.visible_to(user).select_related("task").get(pk=assignment_id)
    except Assignment.DoesNotExist:
        return None
