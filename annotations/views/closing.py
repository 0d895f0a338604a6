"""The auditor's page that closes a review: what was decided, what that says, and what may be done with the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from annotations.actions import closing
from annotations.actions.reviewing import MAX_COMMENT
from annotations.closing import BY_SAMPLE, RETURNING, Action, Closing, count_of
from annotations.models import LabelingTask, ReasonCode
from annotations.permissions import require_seat
from annotations.progress import live_every_ms
from annotations.quality.bounds import hides_chance
from annotations.review_figures import ReviewFigures, review_figures
from annotations.templatetags.labeling import at_most
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.models import Job
from workspaces.permissions import Right

MEANINGS = {
    Action.PASS_ALL: gettext_lazy(
        "What waits is approved without being opened, and so is what was returned and not begun again."
    ),
    Action.PASS_UNCHECKED: gettext_lazy(
        "What waits is approved without being opened. What was returned stays returned."
    ),
    Action.PASS_CHECKED: gettext_lazy(
        "Only what was approved one by one stands. What waits goes back to the people who labeled it."
    ),
    Action.REJECT_ALL: gettext_lazy(
        "Everything goes back to the people who labeled it, also what was approved one by one in the sample."
    ),
}


class ReturnForm(forms.Form):
    """Why work goes back that nobody looked at one by one."""

    action = forms.CharField(widget=forms.HiddenInput)
    reason_code = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", gettext_lazy("Choose a reason")), *ReasonCode.choices],
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )
    comment = forms.CharField(
        label=gettext_lazy("What is wrong"),
        min_length=3,
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody whose work goes back reads this."),
        error_messages={
            name: gettext_lazy("Say it with at least 3 characters.") for name in ("required", "min_length")
        },
    )


@dataclass(frozen=True)
class Choice:
    """One way to close, and why not now."""

    action: str
    label: str
    meaning: str
    count: int
    form: ReturnForm | None


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace(Right.REVIEW)
def rest(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    """Approve the rest, or let everything follow its sample: first what that means, in figures, then doing it."""
    tasks = LabelingTask.objects.visible_to(request.user).present().filter(pk=task_id, workspace=request.workspace)
    task: LabelingTask | None = tasks.first()
    if task is None:
        raise Http404
    require_seat(request.user, task, right=Right.REVIEW)
    if request.method != "POST":
        return _page(request, task)
    action = request.POST.get("action", Action.APPROVE_REST)
    if action not in Action.values:
        raise Http404
    form = ReturnForm(request.POST) if action in RETURNING else None
    if form is not None and not form.is_valid():
        return _page(request, task, refused=form, status=422)
    body = form.cleaned_data if form else {}
    closed = closing.close(task, by=request.user, action=action, body=body)
    messages.success(request, _what_became(closed))
    if closed.job:
        return redirect("annotations:rest", request.workspace.slug, task.pk)
    return redirect("annotations:reviews", request.workspace.slug)


def _what_became(closed: closing.Closed) -> str:
    """The counts in a sentence."""
    if closed.job:
        return _("A worker is at it. This page shows how far it is.")
    return outcome_sentence(closed.outcome)


def outcome_sentence(outcome: Mapping[str, int]) -> str:
    approved, returned, escalated = (outcome.get(name, 0) for name in ("approved", "returned", "escalated"))
    sentences = (
        (approved, ngettext("%(n)s item approved.", "%(n)s items approved.", approved)),
        (returned, ngettext("%(n)s item returned.", "%(n)s items returned.", returned)),
        (escalated, ngettext("%(n)s item went to the manager.", "%(n)s items went to the manager.", escalated)),
    )
    parts = [sentence % {"n": f"{n:,}"} for n, sentence in sentences if n]
    return " ".join(parts) or _("Nothing was left to decide.")


def _page(
    request: WorkspaceRequest, task: LabelingTask, *, refused: ReturnForm | None = None, status: int = 200
) -> HttpResponse:
    figures, job = review_figures(task), closing.last_closing(task)
    is_busy = job is not None and job.state in (Job.State.PENDING, Job.State.RUNNING)
    actions = BY_SAMPLE if task.is_sampled else (Action.APPROVE_REST,)
    context = {
        "task": task,
        "figures": figures,
        "bound": _bound(figures),
        "hides": _hides(figures) if task.is_sampled and not figures.sample_left else "",
        "job": job,
        "is_busy": is_busy,
        "outcome": outcome_sentence(job.args.get("outcome", {})) if job else "",
        "blocked": closing.what_blocks(task, figures, action=actions[0]),
        "choices": [_choice(request, task, action, figures, refused=refused) for action in actions],
        "refused": refused,
        "every_ms": live_every_ms(figures.waiting, is_busy=is_busy),
    }
    template = "annotations/_closing.html" if request.htmx else "annotations/rest.html"
    return render(request, template, context, status=status)


def _choice(
    request: WorkspaceRequest, task: LabelingTask, action: str, figures: ReviewFigures, *, refused: ReturnForm | None
) -> Choice:
    asked = Closing(task=task, action=action, by=request.user, until=timezone.now())
    form = None
    if action in RETURNING:
        is_refused = refused is not None and refused.data.get("action") == action
        form = refused if is_refused else ReturnForm(initial={"action": action}, auto_id=f"{action}_%s")
    # Beyond what a request decides itself, the exact number is told when it is done.
    count = count_of(asked) if figures.waiting <= closing.AT_ONCE else figures.waiting
    return Choice(action, str(Action(action).label), str(MEANINGS.get(Action(action), "")), count, form)


def _bound(figures: ReviewFigures) -> str:
    """What the verdicts say about everything nobody opened, in plain words."""
    if figures.bound is None:
        return ""
    seen = ngettext(
        "%(errors)s of %(decided)s was returned, fixed or dropped",
        "%(errors)s of %(decided)s were returned, fixed or dropped",
        figures.errors,
    ) % {"errors": f"{figures.errors:,}", "decided": f"{figures.decided:,}"}
    return _("With 95 %% confidence at most %(share)s of the rest are wrong: %(seen)s.") % {
        "share": at_most(figures.bound),
        "seen": seen,
    }


def _hides(figures: ReviewFigures) -> str:
    """What a sample of this size could have missed."""
    n_items = figures.sample_size + figures.waiting
    bad = n_items // 20
    # Where the sample alone shows as many, there is nothing to compare.
    if bad <= figures.errors:
        return ""
    chance = hides_chance(n_items, bad, figures.sample_size, figures.errors)
    return _(
        "If one in twenty of all %(n)s were wrong, a sample of %(size)s would still look this good in %(share)s %% of "
        "cases."
    ) % {
        "n": f"{n_items:,}",
        "size": f"{figures.sample_size:,}",
        "share": f"{100 * chance:.1f}",
    }
