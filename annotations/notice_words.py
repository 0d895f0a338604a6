"""How notices about labeling read, and where they lead: to the place where one acts, while one still may."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations import notices
from annotations.models import Assignment, LabelingTask, TaskPerson
from annotations.permissions import may_read
from workspaces.models import Notice, User
from workspaces.notices import names, register
from workspaces.permissions import Right, can
from workspaces.templatetags.earmark import duration

Kind = TaskPerson.Kind
Address = Callable[[Notice, User], str | None]


def _words(notice: Notice) -> dict[str, object]:
    """What every sentence may use; `n` is how many items, or the number somebody was given."""
    data = notice.data
    return {
        **data,
        "n": notice.times,
        "who": names(data.get("who", [])),
        "text": " ".join(data.get("text", "").split()),
    }


def labeling_assigned(notice: Notice) -> str:
    number = notice.data.get("number")
    if number is None:
        return _("You can label in “%(task)s”") % _words(notice)
    sentence = ngettext("You have %(number)d item in “%(task)s”", "You have %(number)d items in “%(task)s”", number)
    return sentence % _words(notice)


def review_assigned(notice: Notice) -> str:
    number = notice.data.get("number")
    if number is None:
        return _("You can review in “%(task)s”") % _words(notice)
    sentence = ngettext("You have %(number)d review in “%(task)s”", "You have %(number)d reviews in “%(task)s”", number)
    return sentence % _words(notice)


def labeling_transferred(notice: Notice) -> str:
    sentence = ngettext(
        "%(n)d item in “%(task)s” was transferred to you by %(who)s",
        "%(n)d items in “%(task)s” were transferred to you by %(who)s",
        notice.times,
    )
    return sentence % _words(notice)


def review_transferred(notice: Notice) -> str:
    sentence = ngettext(
        "%(n)d review in “%(task)s” was transferred to you by %(who)s",
        "%(n)d reviews in “%(task)s” were transferred to you by %(who)s",
        notice.times,
    )
    return sentence % _words(notice)


def returned(notice: Notice) -> str:
    sentence = ngettext(
        "%(who)s returned one of your items in “%(task)s”",
        "%(who)s returned %(n)d of your items in “%(task)s”",
        notice.times,
    )
    return sentence % _words(notice)


def escalated(notice: Notice) -> str:
    sentence = ngettext(
        "An item in “%(task)s” was returned too often and waits for your decision",
        "%(n)d items in “%(task)s” were returned too often and wait for your decision",
        notice.times,
    )
    return sentence % _words(notice)


def to_settle(notice: Notice) -> str:
    sentence = ngettext(
        "%(who)s asks you to settle an item in “%(task)s”",
        "%(who)s asks you to settle %(n)d items in “%(task)s”",
        notice.times,
    )
    return sentence % _words(notice)


def ready(notice: Notice) -> str:
    return _("“%(task)s” is ready: a dataset can be generated") % _words(notice)


def generated(notice: Notice) -> str:
    return _("The dataset of “%(task)s” is generated (version %(version)d)") % _words(notice)


def not_generated(notice: Notice) -> str:
    return _("The dataset of “%(task)s” could not be generated: %(error)s") % _words(notice)


def not_filled(notice: Notice) -> str:
    return _("“%(task)s” could not get its items: %(error)s") % _words(notice)


def commented(notice: Notice) -> str:
    words = _words(notice)
    at_ms = notice.data.get("at_ms")
    if notice.times > 1:
        sentence = _("%(who)s left %(n)d comments on an item in “%(task)s”, the last: %(text)s")
    elif at_ms is None:
        sentence = _("%(who)s commented in “%(task)s”: %(text)s")
    else:
        sentence, words["at"] = _("%(who)s commented in “%(task)s” at %(at)s: %(text)s"), duration(at_ms)
    return sentence % words


def warned(notice: Notice) -> str:
    return _("A warning in “%(task)s”: %(reason)s") % _words(notice)


def paused(notice: Notice) -> str:
    until = date_format(timezone.localtime(datetime.fromisoformat(notice.data["until"])), "j M, H:i")
    return _("You are paused in “%(task)s” until %(until)s: %(reason)s") % {**_words(notice), "until": until}


def stopped(notice: Notice) -> str:
    return _("You are stopped in “%(task)s”: %(reason)s") % _words(notice)


def put_back(notice: Notice) -> str:
    return _("You are in good standing again in “%(task)s”") % _words(notice)


def person_stopped(notice: Notice) -> str:
    return _("A rule of “%(task)s” stopped %(who)s") % _words(notice)


def _task(notice: Notice) -> LabelingTask | None:
    return LabelingTask.objects.present().filter(pk=notice.data["task_id"], workspace=notice.workspace_id).first()


def _turn(notice: Notice) -> Assignment | None:
    rows = Assignment.objects.filter(task__workspace=notice.workspace_id, task__deleted_at=None).select_related("task")
    return rows.filter(pk=notice.data.get("assignment_id")).first()


def _list(name: str, right: Right) -> Address:
    """My labeling or My review."""

    def address(notice: Notice, user: User) -> str | None:
        if not can(user, right, notice.workspace_id) or _task(notice) is None:
            return None
        return reverse(f"annotations:{name}", args=[notice.workspace.slug])

    return address


my_labeling, my_review = _list("labeling", Right.LABEL), _list("reviews", Right.REVIEW)


def _managed(name: str, query: str = "") -> Address:
    """A tab of the task."""

    def address(notice: Notice, user: User) -> str | None:
        task = _task(notice)
        if task is None or not can(user, Right.MANAGE_TASKS, notice.workspace_id):
            return None
        return reverse(f"annotations:{name}", args=[notice.workspace.slug, task.pk]) + query

    return address


def _page_of(turn: Assignment, notice: Notice) -> str:
    return reverse("annotations:assignment", args=[notice.workspace.slug, turn.pk])


def to_rework(notice: Notice, user: User) -> str | None:
    """The one item that came back, or the list of those that did."""
    turn = _turn(notice) if notice.times == 1 else None
    is_theirs = turn is not None and turn.annotator_id == user.pk and turn.state in Assignment.WITH_ANNOTATOR
    if turn is not None and is_theirs and turn.task.is_running and can(user, Right.LABEL, notice.workspace_id):
        return _page_of(turn, notice)
    return my_labeling(notice, user)


def to_judge(notice: Notice, user: User) -> str | None:
    turn = _turn(notice) if notice.times == 1 else None
    waits = turn is not None and turn.reviewer_id == user.pk and turn.state == Assignment.State.PENDING_REVIEW
    if turn is not None and waits and can(user, Right.REVIEW, notice.workspace_id):
        return _page_of(turn, notice)
    return my_review(notice, user)


def to_read(notice: Notice, user: User) -> str | None:
    turn = _turn(notice)
    return _page_of(turn, notice) if turn is not None and may_read(user, turn) else None


def to_download(notice: Notice, user: User) -> str | None:
    if not can(user, Right.READ_DATASETS, notice.workspace_id):
        return None
    return reverse("datasets:processed", args=[notice.workspace.slug, notice.data["dataset_id"]])


def register_all() -> None:
    register(notices.ASSIGNED[Kind.LABELING], sentence=labeling_assigned, address=my_labeling)
    register(notices.ASSIGNED[Kind.REVIEW], sentence=review_assigned, address=my_review)
    register(notices.TRANSFERRED[Kind.LABELING], sentence=labeling_transferred, address=my_labeling)
    register(notices.TRANSFERRED[Kind.REVIEW], sentence=review_transferred, address=my_review)
    register(notices.RETURNED, sentence=returned, address=to_rework)
    register(notices.ESCALATED, sentence=escalated, address=_managed("task_items", "?state=escalated"))
    register(notices.TO_SETTLE, sentence=to_settle, address=to_judge)
    register(notices.READY, sentence=ready, address=_managed("task", "?generate"))
    register(notices.GENERATED, sentence=generated, address=to_download)
    register(notices.NOT_GENERATED, sentence=not_generated, address=_managed("task"))
    register(notices.NOT_FILLED, sentence=not_filled, address=_managed("task"))
    for move, sentence in {"warn": warned, "pause": paused, "stop": stopped, "undo": put_back}.items():
        register(notices.STANDING[move], sentence=sentence, address=my_labeling)
    register(notices.PERSON_STOPPED, sentence=person_stopped, address=_managed("quality_people"))
    register(notices.COMMENTED, sentence=commented, address=to_read)
