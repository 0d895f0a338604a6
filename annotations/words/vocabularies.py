"""What is done to word pools: made, drafted, changed, published, archived. Each verb writes one audit event."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.models import Term, Vocabulary, VocabularyVersion
from annotations.words.pool import PoolTerm, term_values
from annotations.words.terms import MAX_TERMS, Terms, WrongTerm, clash, clean_term, with_term, without_term
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User, Workspace
from workspaces.permissions import Right, require

State = VocabularyVersion.State
MAX_NAME = 120
MAX_DESCRIPTION = 2000
FIELDS = ("facet", "family", "polarity", "arousal", "definition", "labels", "synonyms", "opposites", "is_active")


def create_vocabulary(
    workspace: Workspace, *, name: str, by: User, description: str = "", locale: str = "en"
) -> Vocabulary:
    """A pool with an empty draft of its first version. Raises Invalid where the name is taken."""
    require(by, Right.MANAGE_TASKS, workspace.pk)
    values = _described(name, description)
    try:
        with transaction.atomic():
            made = Vocabulary.objects.create(workspace=workspace, locale=locale, created_by=by, **values)
            VocabularyVersion.objects.create(vocabulary=made, number=1, created_by=by)
            AuditEvent.record(by=by, workspace_id=workspace.pk, verb="create", target=made, data={"name": made.name})
    except IntegrityError:
        raise _wrong("name", _("There is a word pool of this name already.")) from None
    return made


def describe(vocabulary: Vocabulary, *, name: str, description: str, by: User) -> None:
    """Another name or description. Questions that were made keep the name they were made with."""
    require(by, Right.MANAGE_TASKS, vocabulary.workspace_id)
    values = _described(name, description)
    try:
        _change(vocabulary, values, is_archived=False, verb="describe", by=by, data=values)
    except IntegrityError:
        raise _wrong("name", _("There is a word pool of this name already.")) from None


def archive(vocabulary: Vocabulary, *, by: User) -> None:
    """No new question asks for its words; those that do go on."""
    require(by, Right.MANAGE_TASKS, vocabulary.workspace_id)
    _change(vocabulary, {"archived_at": timezone.now()}, is_archived=False, verb="archive", by=by)


def restore(vocabulary: Vocabulary, *, by: User) -> None:
    require(by, Right.MANAGE_TASKS, vocabulary.workspace_id)
    _change(vocabulary, {"archived_at": None}, is_archived=True, verb="restore", by=by)


def start_draft(vocabulary: Vocabulary, *, by: User) -> VocabularyVersion:
    """The next version, with the words of the newest. Raises IllegalMove where there is a draft, or it is archived."""
    require(by, Right.MANAGE_TASKS, vocabulary.workspace_id)
    try:
        with transaction.atomic():
            _hold(vocabulary)
            newest = vocabulary.versions.order_by("-number").first()
            number = newest.number + 1 if newest else 1
            draft = VocabularyVersion.objects.create(vocabulary=vocabulary, number=number, created_by=by)
            if newest:
                copied = [term_values(row) for row in newest.terms.all()]
                _save(draft, {}, {term.code: term for term in copied})
            data = {"name": vocabulary.name, "number": number}
            AuditEvent.record(by=by, workspace_id=vocabulary.workspace_id, verb="start", target=draft, data=data)
    except IntegrityError:
        raise IllegalMove(_("There is a draft of “%(name)s” already.") % {"name": vocabulary.name}) from None
    return draft


def draft_of(vocabulary: Vocabulary, *, by: User) -> VocabularyVersion:
    """The draft there is, else a new one."""
    found: VocabularyVersion | None = vocabulary.versions.filter(state=State.DRAFT).first()
    if found is None:
        return start_draft(vocabulary, by=by)
    found.vocabulary = vocabulary
    return found


def put_term(version: VocabularyVersion, *, values: dict[str, Any], by: User, code: str = "") -> PoolTerm:
    """Put a word into a draft, or change the one of this `code`. Raises Invalid, or IllegalMove once published."""
    locale = str(values.get("locale") or version.vocabulary.locale)
    made: list[str] = []

    def put(terms: Terms) -> Terms:
        if code and code not in terms:
            raise WrongTerm("code", _("There is no word “%(code)s” in the pool.") % {"code": code})
        term = clean_term({**values, **({"code": code} if code else {})}, locale=locale, kept=terms.get(code))
        if not code and term.code in terms:
            raise WrongTerm("code", _("There is a word “%(code)s” already.") % {"code": term.code})
        made.append(term.code)
        return with_term(terms, term)

    after = change_terms(version, put, by=by, verb="change_terms", data={"code": code or values.get("label", "")})
    return after[made[0]]


def remove_term(version: VocabularyVersion, *, code: str, by: User) -> None:
    """Take a word out of a draft. One that was published stays for old answers, and is offered no more."""
    published = Term.objects.filter(version__vocabulary=version.vocabulary_id, version__state=State.PUBLISHED)

    def remove(terms: Terms) -> Terms:
        if code not in terms:
            raise WrongTerm("code", _("There is no word “%(code)s” in the pool.") % {"code": code})
        if not published.filter(code=code).exists():
            return without_term(terms, code)
        values = {"is_active": False, "opposites": []}
        return with_term(terms, clean_term(values, locale=version.vocabulary.locale, kept=terms[code]))

    change_terms(version, remove, by=by, verb="remove_term", data={"code": code})


def change_terms(
    version: VocabularyVersion, change: Callable[[Terms], Terms], *, by: User, verb: str, data: dict[str, Any]
) -> Terms:
    """All words of a draft, changed at once. Raises Invalid with what is wrong, or IllegalMove once it is published."""
    require(by, Right.MANAGE_TASKS, version.vocabulary.workspace_id)
    with transaction.atomic():
        _hold_draft(version)
        before = {row.code: term_values(row) for row in version.terms.all()}
        try:
            after = change(before)
        except WrongTerm as wrong:
            raise _wrong(wrong.field, wrong.sentence) from None
        if len(after) > MAX_TERMS:
            raise _wrong("terms", _("A pool holds at most %(most)d words.") % {"most": MAX_TERMS})
        if found := clash(after.values()):
            raise _wrong("synonyms", found[1])
        _save(version, before, after)
        found_data = {"name": version.vocabulary.name, "number": version.number, **data}
        workspace_id = version.vocabulary.workspace_id
        AuditEvent.record(by=by, workspace_id=workspace_id, verb=verb, target=version, data=found_data)
    return after


def publish(version: VocabularyVersion, *, by: User) -> None:
    """Make the draft the version that new questions take. It never changes again. Raises IllegalMove."""
    vocabulary = version.vocabulary
    require(by, Right.MANAGE_TASKS, vocabulary.workspace_id)
    with transaction.atomic():
        _hold(vocabulary)
        _hold_draft(version)
        n_words = version.terms.filter(is_active=True).count()
        if not n_words:
            raise IllegalMove(_("There is no word in it yet. Add some first."))
        now = timezone.now()
        VocabularyVersion.objects.filter(pk=version.pk).update(state=State.PUBLISHED, published_at=now)
        data = {"name": vocabulary.name, "number": version.number, "n_words": n_words}
        AuditEvent.record(by=by, workspace_id=vocabulary.workspace_id, verb="publish", target=version, data=data)
    version.state, version.published_at = State.PUBLISHED, now


def discard_draft(version: VocabularyVersion, *, by: User) -> None:
    """Throw the draft away. What was published stays."""
    vocabulary = version.vocabulary
    require(by, Right.MANAGE_TASKS, vocabulary.workspace_id)
    with transaction.atomic():
        _hold_draft(version)
        data = {"name": vocabulary.name, "number": version.number}
        AuditEvent.record(by=by, workspace_id=vocabulary.workspace_id, verb="delete", target=version, data=data)
        VocabularyVersion.objects.filter(pk=version.pk).delete()


def _described(name: object, description: object) -> dict[str, Any]:
    if not isinstance(name, str) or not 0 < len(name.strip()) <= MAX_NAME or "\0" in name:
        raise _wrong("name", _("Give the word pool a name of up to %(most)d characters.") % {"most": MAX_NAME})
    if not isinstance(description, str) or len(description) > MAX_DESCRIPTION or "\0" in description:
        raise _wrong("description", _("Write at most %(most)d characters.") % {"most": MAX_DESCRIPTION})
    return {"name": name.strip(), "description": description.strip()}


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid([(("body", field), sentence, "value_error")])


@transaction.atomic
def _change(
    vocabulary: Vocabulary,
    values: dict[str, Any],
    *,
    is_archived: bool,
    verb: str,
    by: User,
    data: dict[str, Any] | None = None,
) -> None:
    """One conditional UPDATE and one audit event, or IllegalMove and nothing."""
    rows = Vocabulary.objects.filter(pk=vocabulary.pk, archived_at__isnull=not is_archived)
    if not rows.update(**values):
        sentence = _("“%(name)s” is not archived.") if is_archived else _("“%(name)s” is archived.")
        raise IllegalMove(sentence % {"name": vocabulary.name})
    data = {"name": vocabulary.name, **(data or {})}
    AuditEvent.record(by=by, workspace_id=vocabulary.workspace_id, verb=verb, target=vocabulary, data=data)
    for name, value in values.items():
        setattr(vocabulary, name, value)


def _hold(vocabulary: Vocabulary) -> None:
    """Until the transaction ends nobody archives it."""
    if not Vocabulary.objects.filter(pk=vocabulary.pk, archived_at=None).update(archived_at=None):
        raise IllegalMove(_("“%(name)s” is archived.") % {"name": vocabulary.name})


def _hold_draft(version: VocabularyVersion) -> None:
    """Until the transaction ends nobody else changes or publishes it."""
    if not VocabularyVersion.objects.filter(pk=version.pk, state=State.DRAFT).update(state=State.DRAFT):
        sentence = _("Version %(number)d is published, and never changes. Start a new draft.")
        raise IllegalMove(sentence % {"number": version.number})


def _save(version: VocabularyVersion, before: Terms, after: Terms) -> None:
    """What differs, in three statements at most."""
    gone = before.keys() - after.keys()
    if gone:
        Term.objects.filter(version=version, code__in=gone).delete()
    new = [Term(version=version, code=code, **_columns(term)) for code, term in after.items() if code not in before]
    Term.objects.bulk_create(new)
    changed = {code: term for code, term in after.items() if code in before and before[code] != term}
    rows = Term.objects.filter(version=version, code__in=changed) if changed else ()
    for row in rows:
        for name, value in _columns(changed[row.code]).items():
            setattr(row, name, value)
    if changed:
        Term.objects.bulk_update(rows, FIELDS, batch_size=200)


def _columns(term: PoolTerm) -> dict[str, Any]:
    return {name: list(term.opposites) if name == "opposites" else getattr(term, name) for name in FIELDS}
