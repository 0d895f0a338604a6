"""Rows of evaluations on `/v5/`: listed with their answers, read one by one, and exported as a file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from datasets.serving import serve
from evaluations import downloads
from evaluations.api.frame import V5ViewSet, body_of, evaluation_or_404, found_or_404, identity, workspace_of
from evaluations.api.parameters import ARCHIVED, described, flag, refused
from evaluations.exporting import FORMATS, exported
from evaluations.item_rows import row_out
from evaluations.item_states import states_of_rows
from evaluations.models import Evaluation, EvaluationItem
from evaluations.serializers.items import EvaluationItemSerializer, ExportPlanSerializer, ExportSerializer
from workspaces.authentication import SCOPES, caller
from workspaces.permissions import Right

COMPLETION = ("failed", "passed", "all")
PIECE_CHARS = 1 << 16


class EvaluationItemViewSet(V5ViewSet):
    """Rows of evaluations. They come with their evaluation; answers come from the people who label."""

    serializer_class = EvaluationItemSerializer
    queryset = EvaluationItem.objects.none()
    # Nothing is changed here: an export is a long answer, not a change.
    scope = SCOPES  # type: ignore[assignment]
    writing = Right.MANAGE_TASKS
    # Rows are as old as their evaluation, whose id grows with time.
    sorts = {"created_at": "evaluation_id", "position": "position"}
    row_order: tuple[str, ...] = ("evaluation_id", "position")

    @described(
        operation_id="v5_evaluation_items_list",
        parameters=[
            OpenApiParameter("evaluation_id", str, description="Rows of one evaluation, in their order."),
            OpenApiParameter(
                "completion_status", str, enum=COMPLETION, description="Rows with errors, without any, or all of them."
            ),
            ARCHIVED,
        ],
        responses={
            200: EvaluationItemSerializer(many=True),
            404: OpenApiResponse(description="There is no evaluation of this id for the caller."),
        },
    )
    def list(self, request: Request) -> Response:
        """Rows with the answers so far."""
        rows = EvaluationItem.objects.visible_to(caller(request))
        with_archived = flag(request, "include_archived")
        if (evaluation_id := request.query_params.get("evaluation_id")) is not None:
            evaluation = _evaluation(request, evaluation_id, archived=with_archived)
            rows = rows.filter(evaluation=evaluation)
            # Within one evaluation a place in the order is one number, which the index finds at once.
            self.sorts, self.row_order = {"created_at": "position", "position": "position"}, ("position",)
        else:
            rows = rows.filter(evaluation__workspace=workspace_of(request))
            if not with_archived:
                rows = rows.filter(evaluation__archived_at=None)
        status = request.query_params.get("completion_status") or "all"
        if status not in COMPLETION:
            raise refused("completion_status", _("Give one of: %(known)s.") % {"known": ", ".join(COMPLETION)})
        if status != "all":
            rows = rows.exclude(errors={}) if status == "failed" else rows.filter(errors={})
        return self.page(request, rows, _items_out)

    @described(
        operation_id="v5_evaluation_items_retrieve", parameters=[ARCHIVED], responses={200: EvaluationItemSerializer}
    )
    def retrieve(self, request: Request, item_id: str) -> Response:
        """One row with its answers so far."""
        rows = EvaluationItem.objects.all()
        if not flag(request, "include_archived"):
            rows = rows.filter(evaluation__archived_at=None)
        return Response(_items_out([found_or_404(rows, item_id, request=request, what=_("row of an evaluation"))])[0])

    @described(
        operation_id="v5_evaluation_items_export",
        request=ExportPlanSerializer,
        responses={200: ExportSerializer},
    )
    def export(self, request: Request) -> HttpResponseBase:
        """All rows of an evaluation as a file, in the answer or at an address that is valid for an hour."""
        plan = ExportPlanSerializer(data=body_of(request, ExportPlanSerializer))
        plan.is_valid(raise_exception=True)
        asked: dict[str, Any] = dict(plan.validated_data)
        evaluation = _evaluation(request, asked["evaluation_id"], archived=asked["include_archived"])
        kind = asked["export_format"]
        filename = f"{slugify(evaluation.name, allow_unicode=True) or 'evaluation'}.{kind}"
        with exported(evaluation, kind=kind, created_by=identity(evaluation.created_by)) as made:
            if asked["export_method"] == "direct":
                return StreamingHttpResponse(_Direct(filename, made), content_type="application/json")
            name = downloads.keep(made, kind=kind)
        address = downloads.presigned(name, filename=filename, content_type=FORMATS[kind])
        if address is None:
            token = downloads.signed(name, filename=filename)
            address = request.build_absolute_uri(reverse("evaluations:download", args=[token]))
        return Response({"filename": filename, "content": None, "signed_url": address})


def _evaluation(request: Request, pk: str, *, archived: bool) -> Evaluation:
    rows = Evaluation.objects.select_related("created_by")
    return evaluation_or_404(rows, pk, request=request, archived=archived)


def _items_out(items: "list[EvaluationItem]") -> "list[dict[str, Any]]":
    evaluations = Evaluation.objects.select_related("created_by").in_bulk({item.evaluation_id for item in items})
    states = states_of_rows(evaluations, items)
    people = {pk: identity(evaluation.created_by) for pk, evaluation in evaluations.items()}
    return [
        row_out(
            item,
            states[item.pk],
            evaluation=evaluations[item.evaluation_id],
            created_by=people[item.evaluation_id],
        )
        for item in items
    ]


class _Direct:
    """The answer with the file in it, piece by piece. The file is opened now: its folder is gone when it is read."""

    def __init__(self, filename: str, made: Path) -> None:
        self._filename = filename
        self._file = made.open(encoding="utf-8", newline="")
        # Also where nobody reads the answer to its end.
        self.close = self._file.close

    def __iter__(self) -> Iterator[str]:
        yield f'{{"filename": {json.dumps(self._filename)}, "content": "'
        while piece := self._file.read(PIECE_CHARS):
            yield json.dumps(piece, ensure_ascii=False)[1:-1]
        yield '", "signed_url": null}'


@login_not_required
@require_safe
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """An export, for whoever has its address while that is valid."""
    found = downloads.opened(token)
    if found is None:
        sentence = _("This address is not valid, or not any more: exports can be fetched for an hour. Export again.")
        return JsonResponse({"detail": sentence}, status=404)
    name, filename = found
    kind = name.rpartition(".")[2]
    response = serve(request, name, content_type=FORMATS[kind], download_name=filename, cache="private, no-store")
    response["Referrer-Policy"] = "no-referrer"
    return response


urlpatterns = [
    path("evaluation-items", EvaluationItemViewSet.as_view({"get": "list"})),
    path("evaluation-items/export", EvaluationItemViewSet.as_view({"post": "export"})),
    path("evaluation-items/<str:item_id>", EvaluationItemViewSet.as_view({"get": "retrieve"})),
    path("downloads/<str:token>", download, name="download"),
]
