"""Word pools, their versions and words, and the words that wait to be decided on. For managers."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.calls import body_of, read, workspace_in
from annotations.models import Term, Vocabulary, VocabularyVersion, WordProposal
from annotations.serializers import vocabularies as shapes
from annotations.words import proposing
from annotations.words import vocabularies as verbs
from annotations.words.importing import import_words
from annotations.words.library import with_counts
from annotations.words.ready_made import add_ready_made
from workspaces.authentication import caller
from workspaces.errors import IllegalMove, Invalid
from workspaces.pagination import Pages
from workspaces.permissions import Right, require, workspace_ids_with

VERSION = OpenApiParameter("version", OpenApiTypes.INT, description="Its number; else the draft, else the newest.")
CODE = OpenApiParameter("code", str, description="The word that is taken out.", required=True)
STATE = OpenApiParameter("state", str, enum=WordProposal.State.values)


def _draft(vocabulary: Vocabulary) -> VocabularyVersion:
    found: VocabularyVersion | None = vocabulary.versions.filter(state=VocabularyVersion.State.DRAFT).first()
    if found is None:
        raise IllegalMove(_("There is no draft of “%(name)s”. Start one first.") % {"name": vocabulary.name})
    found.vocabulary = vocabulary
    return found


@extend_schema_view(
    list=extend_schema(summary="Word pools, for managers"), retrieve=extend_schema(summary="One word pool")
)
class VocabularyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Vocabulary]):
    serializer_class = shapes.VocabularySerializer
    queryset = Vocabulary.objects.none()
    filterset_fields: tuple[str, ...] = ()
    scope = "manage"

    def get_queryset(self) -> Any:
        user = caller(self.request)
        managed = workspace_ids_with(user, Right.MANAGE_TASKS)
        rows = with_counts(Vocabulary.objects.visible_to(user)).order_by("name", "id")
        return rows if managed is None else rows.filter(workspace__in=managed)

    def _told(self, pk: UUID, *, code: int = status.HTTP_200_OK) -> Response:
        return Response(shapes.VocabularySerializer(self.get_queryset().get(pk=pk)).data, status=code)

    @extend_schema(
        summary="Make a word pool with an empty draft, or the ready-made one",
        request=shapes.NewVocabularySerializer,
        responses={201: shapes.VocabularySerializer},
    )
    def create(self, request: Request) -> Response:
        given, user = read(shapes.NewVocabularySerializer(data=body_of(request))), caller(request)
        workspace = workspace_in(user, given.pop("workspace_id", None))
        require(user, Right.MANAGE_TASKS, workspace.pk)
        if given.pop("ready_made"):
            made = add_ready_made(workspace, by=user, name=given.get("name", ""))
        else:
            made = verbs.create_vocabulary(workspace, by=user, **{"name": "", **given})
        return self._told(made.pk, code=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Give it another name or description",
        request=shapes.VocabularyChangeSerializer,
        responses=shapes.VocabularySerializer,
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        vocabulary, given = self.get_object(), read(shapes.VocabularyChangeSerializer(data=body_of(request)))
        known = {"name": vocabulary.name, "description": vocabulary.description}
        verbs.describe(vocabulary, by=caller(request), **{**known, **given})
        return self._told(vocabulary.pk)

    @extend_schema(summary="Take no new question from it", request=None, responses=shapes.VocabularySerializer)
    @action(detail=True, methods=["post"], filterset_fields=())
    def archive(self, request: Request, pk: UUID) -> Response:
        verbs.archive(self.get_object(), by=caller(request))
        return self._told(pk)

    @extend_schema(summary="Take it out of the archive", request=None, responses=shapes.VocabularySerializer)
    @action(detail=True, methods=["post"], filterset_fields=())
    def restore(self, request: Request, pk: UUID) -> Response:
        verbs.restore(self.get_object(), by=caller(request))
        return self._told(pk)

    @extend_schema(
        methods=["get"], summary="Its versions, the newest first", responses=shapes.VersionSerializer(many=True)
    )
    @extend_schema(
        methods=["post"], summary="Start a draft with the words of the newest version", request=None,
        responses={201: shapes.VersionSerializer},
    )  # fmt: skip
    @action(detail=True, methods=["get", "post"], filterset_fields=())
    def versions(self, request: Request, pk: UUID) -> Response:
        vocabulary = self.get_object()
        if request.method == "POST":
            draft = verbs.start_draft(vocabulary, by=caller(request))
            return Response(_version(vocabulary, draft.number), status=status.HTTP_201_CREATED)
        pages = Pages()
        page = pages.paginate_queryset(_versions(vocabulary), request)
        return pages.get_paginated_response(shapes.VersionSerializer(page, many=True).data)

    @extend_schema(
        summary="Publish the draft: it never changes again", request=None, responses=shapes.VersionSerializer
    )
    @action(detail=True, methods=["post"], filterset_fields=())
    def publish(self, request: Request, pk: UUID) -> Response:
        vocabulary = self.get_object()
        draft = _draft(vocabulary)
        verbs.publish(draft, by=caller(request))
        return Response(_version(vocabulary, draft.number))

    @extend_schema(
        methods=["get"], summary="The words of a version", parameters=[VERSION],
        responses=shapes.TermSerializer(many=True),
    )  # fmt: skip
    @extend_schema(
        methods=["put"], summary="Add a word to the draft, or change one", request=shapes.TermPlanSerializer,
        responses=shapes.TermSerializer,
    )  # fmt: skip
    @extend_schema(methods=["delete"], summary="Take a word out of the draft", parameters=[CODE], responses={204: None})
    @action(detail=True, methods=["get", "put", "delete"], filterset_fields=())
    def terms(self, request: Request, pk: UUID) -> Response:
        vocabulary, user = self.get_object(), caller(request)
        if request.method == "GET":
            rows = Term.objects.filter(version=_wanted(vocabulary, request)).order_by("code")
            pages = Pages()
            page = pages.paginate_queryset(rows, request)
            return pages.get_paginated_response(shapes.TermSerializer(page, many=True).data)
        draft = _draft(vocabulary)
        if request.method == "DELETE":
            verbs.remove_term(draft, code=request.query_params.get("code", ""), by=user)
            return Response(status=status.HTTP_204_NO_CONTENT)
        given = read(shapes.TermPlanSerializer(data=body_of(request)))
        term = verbs.put_term(draft, values=given, code=given.get("code", ""), by=user)
        return Response(shapes.TermSerializer(draft.terms.get(code=term.code)).data)

    @extend_schema(
        summary="Read words into the draft: all of them, or none and what is wrong with its line",
        request=shapes.WordImportSerializer,
        responses=shapes.WordsImportedSerializer,
    )
    @action(detail=True, methods=["post"], url_path="import", filterset_fields=())
    def import_file(self, request: Request, pk: UUID) -> Response:
        draft = _draft(self.get_object())
        given = read(shapes.WordImportSerializer(data=body_of(request)))
        content = given.pop("content").encode("utf-8", "surrogatepass")
        done = import_words(draft, content=content, by=caller(request), **given)
        return Response(shapes.WordsImportedSerializer(done).data)

    @extend_schema(
        summary="Words that the pool misses", parameters=[STATE], responses=shapes.ProposalSerializer(many=True)
    )
    @action(detail=True, filterset_fields=())
    def proposals(self, request: Request, pk: UUID) -> Response:
        rows = self.get_object().proposals.order_by("-count", "word", "id")
        wanted = request.query_params.get("state", "")
        if wanted and wanted not in WordProposal.State.values:
            sentence = _("Choose one of: %(states)s.") % {"states": ", ".join(WordProposal.State.values)}
            raise Invalid([(("query", "state"), sentence, "value_error")])
        pages = Pages()
        page = pages.paginate_queryset(rows.filter(state=wanted) if wanted else rows, request)
        return pages.get_paginated_response(shapes.ProposalSerializer(page, many=True).data)


def _versions(vocabulary: Vocabulary) -> Any:
    return vocabulary.versions.annotate(n_words=Count("terms", filter=Q(terms__is_active=True))).order_by("-number")


def _version(vocabulary: Vocabulary, number: int) -> Any:
    return shapes.VersionSerializer(_versions(vocabulary).get(number=number)).data


def _wanted(vocabulary: Vocabulary, request: Request) -> VocabularyVersion | None:
    wish = request.query_params.get("version", "")
    if not wish:
        return vocabulary.versions.order_by("-number").first()
    rows = vocabulary.versions.filter(number=int(wish[:9])) if wish.isascii() and wish.isdecimal() else None
    found = rows.first() if rows is not None else None
    if found is None:
        raise Invalid([(("query", "version"), _("There is no such version."), "value_error")])
    return found


class ProposalViewSet(viewsets.GenericViewSet[WordProposal]):
    """Words that annotators missed in a pool."""

    serializer_class = shapes.ProposalSerializer
    queryset = WordProposal.objects.none()
    filterset_fields: tuple[str, ...] = ()
    scope = "manage"

    def get_queryset(self) -> Any:
        user = caller(self.request)
        managed = workspace_ids_with(user, Right.MANAGE_TASKS)
        rows = WordProposal.objects.visible_to(user).select_related("vocabulary")
        return rows if managed is None else rows.filter(vocabulary__workspace__in=managed)

    @extend_schema(
        summary="Make it a word of the next version", request=shapes.AddedWordSerializer,
        responses=shapes.ProposalSerializer,
    )  # fmt: skip
    @action(detail=True, methods=["post"], filterset_fields=())
    def add(self, request: Request, pk: UUID) -> Response:
        proposal, given = self.get_object(), read(shapes.AddedWordSerializer(data=body_of(request)))
        proposing.add(proposal, values=given, by=caller(request))
        return Response(shapes.ProposalSerializer(proposal).data)

    @extend_schema(
        summary="Say that it means the same as a word of the pool", request=shapes.MappedWordSerializer,
        responses=shapes.ProposalSerializer,
    )  # fmt: skip
    @action(detail=True, methods=["post"], filterset_fields=())
    def map(self, request: Request, pk: UUID) -> Response:
        proposal, given = self.get_object(), read(shapes.MappedWordSerializer(data=body_of(request)))
        proposing.map_to(proposal, code=given["code"], by=caller(request))
        return Response(shapes.ProposalSerializer(proposal).data)

    @extend_schema(summary="Refuse it", request=None, responses=shapes.ProposalSerializer)
    @action(detail=True, methods=["post"], filterset_fields=())
    def refuse(self, request: Request, pk: UUID) -> Response:
        proposal = self.get_object()
        proposing.refuse(proposal, by=caller(request))
        return Response(shapes.ProposalSerializer(proposal).data)
