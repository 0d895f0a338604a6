"""Moving work from one person to another: the form, with the largest number that can move, and what was moved."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from annotations.actions import transferring
from annotations.actions.transferring import MAX_REASON, OWN, WORK, Asked
from annotations.models import LabelingTask, TaskPerson
from annotations.movable import held, most_movable
from annotations.permissions import require_seat
from workspaces.access import WorkspaceRequest, in_workspace
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import User
from workspaces.permissions import Right, can, require

Kind = TaskPerson.Kind
MOST_SHOWN = 20


class TransferForm:
    """What is asked for so far, and what can be chosen from it. Reads what was typed; the action decides."""

    def __init__(self, user: User, task: LabelingTask, typed: QueryDict) -> None:
        self.user, self.task, self.typed = user, task, typed
        self.errors: dict[str, str] = {}
        self.manages = can(user, Right.TRANSFER_FOR_OTHERS, task.workspace_id)
        self.kind = self._kind()
        self.with_begun = "with_begun" in typed
        self.reason = typed.get("reason", "").strip()
        self.quantity = typed.get("quantity", "").strip()[:12]
        self.key = typed.get("key", "")[:200] or str(uuid4())

    @cached_property
    def kinds(self) -> list[Kind]:
        kinds = [Kind.LABELING, *([Kind.REVIEW] if self.task.is_reviewed else [])]
        return [kind for kind in kinds if self.manages or can(self.user, OWN[kind], self.task.workspace_id)]

    def _kind(self) -> Kind:
        wanted = self.typed.get("kind", "")
        if wanted in Kind.values and Kind(wanted) not in self.kinds:
            require(self.user, OWN[Kind(wanted)], self.task.workspace_id)
        if not self.kinds:
            raise PermissionDenied(_("Your role in this workspace moves no work from one person to another."))
        return Kind(wanted) if wanted in self.kinds else self.kinds[0]

    @cached_property
    def holders(self) -> list[tuple[User, int]]:
        """People with work of this kind and how much; for somebody who moves only their own, they alone."""
        loads = held(self.task, kind=self.kind)
        if not self.manages:
            return [(self.user, loads.get(self.user.pk, 0))]
        people = User.objects.filter(pk__in=loads).order_by("name", "email")
        return [(user, loads[user.pk]) for user in people]

    @cached_property
    def holder(self) -> User | None:
        people = {str(user.pk): user for user, _n in self.holders}
        wanted = self.typed.get("from", "")
        if wanted and wanted not in people and not self.manages:
            require(self.user, Right.TRANSFER_FOR_OTHERS, self.task.workspace_id)
        mine = people.get(str(self.user.pk))
        return people.get(wanted) or mine or next(iter(people.values()), None)

    @cached_property
    def receivers(self) -> list[tuple[User, int]]:
        loads = held(self.task, kind=self.kind)
        people = transferring.receivers(self.task, kind=self.kind, holder=self.holder)
        return [(user, loads.get(user.pk, 0)) for user in people]

    @cached_property
    def to(self) -> User | None:
        wanted = self.typed.get("to", "")
        return next((user for user, _n in self.receivers if str(user.pk) == wanted), None)

    @cached_property
    def most(self) -> dict[str, int]:
        if self.holder is None:
            return {"movable": 0, "begun": 0}
        return most_movable(self.task, kind=self.kind, holder=self.holder, to=self.to)

    @property
    def limit(self) -> int:
        return self.most["movable"] + (self.most["begun"] if self.with_begun else 0)

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody to take from, or only somebody who has nothing."""
        return self.holder is None or not any(n for _user, n in self.holders)

    @property
    def refusal(self) -> str:
        """Why nothing can be moved now, whoever gets it; empty while something can."""
        try:
            transferring.require_moment(self.user, self.task)
        except IllegalMove as problem:
            return str(problem)
        return ""

    def asked(self) -> Asked | None:
        """What the action is given; None when something is missing, which `errors` says."""
        if self.to is None:
            self.errors["to"] = _("Choose who gets the items.")
        if not (self.quantity.isascii() and self.quantity.isdigit()):
            self.errors["quantity"] = _("Give a whole number of at least 1.")
        if self.errors or self.holder is None or self.to is None:
            return None
        return Asked(
            kind=self.kind,
            holder=self.holder,
            to=self.to,
            quantity=int(self.quantity),
            with_begun=self.with_begun,
            reason=self.reason,
            idempotency_key=self.key,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@in_workspace()
def transfer(request: WorkspaceRequest, task_id: UUID) -> HttpResponse:
    tasks = LabelingTask.objects.visible_to(request.user).present().filter(pk=task_id, workspace=request.workspace)
    task: LabelingTask | None = tasks.first()
    if task is None:
        raise Http404
    task.workspace = request.workspace
    form = TransferForm(request.user, task, request.POST if request.method == "POST" else request.GET)
    if not form.manages:
        require_seat(request.user, task, right=WORK[form.kind])
    if request.method == "POST":
        return _make(request, task, form)
    return _show(request, task, form)


def _make(request: WorkspaceRequest, task: LabelingTask, form: TransferForm) -> HttpResponse:
    asked = form.asked()
    if asked is None:
        return _show(request, task, form, status=422)
    try:
        made = transferring.transfer(task, asked, by=request.user)
    except Invalid as problem:
        form.errors |= {str(where[-1]): said for where, said, _kind in problem.problems}
        return _show(request, task, form, status=422)
    except IllegalMove as problem:
        form.errors[""] = str(problem)
        return _show(request, task, form, status=409)
    said = ngettext(
        "%(n)d item went from %(holder)s to %(to)s.", "%(n)d items went from %(holder)s to %(to)s.", made.quantity
    )
    messages.success(request, said % {"n": made.quantity, "holder": made.from_user, "to": made.to_user})
    address = reverse("annotations:transfer", args=[request.workspace.slug, task.pk])
    return redirect(f"{address}?kind={form.kind}&from={made.from_user_id}")


def _show(request: WorkspaceRequest, task: LabelingTask, form: TransferForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"task": task, "form": form, "max_reason": MAX_REASON}
    if request.htmx and request.method == "GET":
        return render(request, "annotations/_transfer.html", context)
    context["transfers"] = transferring.transfers_for(request.user, task)[:MOST_SHOWN]
    return render(request, "annotations/transfer.html", context, status=status)
