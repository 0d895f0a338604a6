"""Answers that were given elsewhere, in the shape of CLESC, as a labeling task of its own: all of a file, or none.

The people are made too, without a role and without a way to log in: they are there as the authors of what they said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.exchange.clesc_reading import Cell, NotRead, Problem, Row, read, scale_value
from annotations.exchange.clesc_shape import ESCAPE, SCALES, WORDS
from annotations.exchange.import_words import Report, refuse
from annotations.filling import ready_audio
from annotations.models import (
    Assignment,
    ItemFile,
    LabelingTask,
    Question,
    QuestionType,
    Submission,
    TaskItem,
    TaskQuestion,
    TaskTeam,
    Vocabulary,
)
from annotations.questions import clean_configuration
from annotations.words.asking import MAX_WORDS
from annotations.words.pool import Pool, pool_for
from annotations.words.proposing import propose
from annotations.words.reading import normalised
from datasets.models import Dataset
from workspaces.errors import Invalid
from workspaces.models import AuditEvent, Team, User
from workspaces.permissions import Right, require

ROWS_AT_MOST = 5_000
BYTES_AT_MOST = 20 * 1024**2
MAX_NAME = 255
CROWD, EXPERTS = "Crowd", "Experts"
BATCH = 500
NAMES = {"pace": "Pace", "pitch": "Pitch", "volume": "Volume", "emotion": "Emotion", "voice": "Voice"}


@dataclass(frozen=True)
class Imported:
    """The task that was made, and what became of what was in the file."""

    task: LabelingTask
    report: dict[str, Any]


class _Recording(NamedTuple):
    id: UUID
    duration_ms: int


def import_answers(
    dataset: Dataset, *, vocabulary: Vocabulary, filename: str, content: bytes, name: str, by: User
) -> Imported:
    """A finished labeling task with the answers of a file, over recordings of the dataset that the file names.

    Words are looked up in the newest published version of the pool; those it lacks wait in its curation queue. Raises
    Invalid with up to 20 sentences that name file and line, and stores nothing.
    """
    require(by, Right.CREATE_TASKS, dataset.workspace_id)
    if not 0 < len(name.strip()) <= MAX_NAME or "\0" in name:
        sentence = _("Give the labeling task a name of up to %(most)d characters.") % {"most": MAX_NAME}
        raise Invalid([(("body", "name"), sentence, "value_error")])
    if len(content) > BYTES_AT_MOST:
        sentence = _("The file is larger than %(most)d MB.") % {"most": BYTES_AT_MOST // 1024**2}
        raise Invalid([(("body", "file"), sentence, "value_error")])
    try:
        rows, problems = read(content, filename=filename, most=ROWS_AT_MOST)
    except NotRead as wrong:
        raise refuse(filename, [wrong.problem]) from None
    recordings, missing = _recordings(dataset, rows)
    problems += missing
    if problems:
        raise refuse(filename, sorted(problems, key=lambda problem: problem.line))
    with transaction.atomic():
        return _store(dataset, rows, recordings, vocabulary=vocabulary, name=name.strip(), filename=filename, by=by)


def _recordings(dataset: Dataset, rows: Sequence[Row]) -> tuple[list[_Recording], list[Problem]]:
    """The recording of each row, found by the name at the end of its address, with or without its suffix."""
    by_name: dict[str, set[_Recording]] = {}
    for pk, filename, duration in ready_audio(dataset).values_list("id", "filename", "duration_ms"):
        for key in {filename, filename.casefold(), _stem(filename)}:
            by_name.setdefault(key, set()).add(_Recording(pk, duration))
    found, problems = [], []
    for row in rows:
        name = unquote(urlsplit(row.audio).path.rpartition("/")[2]) or row.audio
        matches = next((by_name[key] for key in (name, name.casefold(), _stem(name)) if key in by_name), set())
        if not row.cells:
            problems.append(Problem(row.line, "no_cells"))
        elif len(matches) == 1:
            found.append(next(iter(matches)))
        else:
            problems.append(Problem(row.line, "two_recordings" if matches else "unknown_recording", name[:100]))
    return found, problems


def _stem(filename: str) -> str:
    stem, dot, _suffix = filename.casefold().rpartition(".")
    return stem if dot else filename.casefold()


def _store(
    dataset: Dataset,
    rows: Sequence[Row],
    recordings: Sequence[_Recording],
    *,
    vocabulary: Vocabulary,
    name: str,
    filename: str,
    by: User,
) -> Imported:
    sides = {is_expert: max(sum(c.is_expert == is_expert for c in row.cells) for row in rows) for is_expert in (0, 1)}
    task = LabelingTask.objects.create(
        workspace=dataset.workspace,
        dataset=dataset,
        name=name,
        overlap=sides[0] + sides[1],
        by_team=True,
        labels_openly=False,
        created_by=by,
    )
    words = _ask(task, vocabulary, by=by)
    people = _people(dataset, rows)
    teams = {
        is_expert: _team(task, is_expert=bool(is_expert), overlap=n, people=people, by=by)
        for is_expert, n in sides.items()
        if n
    }
    reading = _Reading(words)
    _store_answers(task, rows, recordings, people=people, teams=teams, reading=reading)
    for facet, counts in reading.report.unmapped.items():
        propose(vocabulary, facet, counts)
    reading.report.rows = len(rows)
    reading.report.people = {
        team.name: len({pk for (_worker, expert), pk in people.items() if expert == is_expert})
        for is_expert, team in teams.items()
    }
    report = reading.report.as_json()
    data = {"file": filename[:200], "report": report}
    AuditEvent.record(by=by, workspace_id=dataset.workspace_id, verb="import_answers", target=task, data=data)
    task.open(by=by)
    task.settle(by=by, closely=True)
    return Imported(task, report)


def _ask(task: LabelingTask, vocabulary: Vocabulary, *, by: User) -> dict[str, Pool]:
    """The five questions of the shape; returns the words that may be said by alias."""
    pools: dict[str, Pool] = {}
    for position, alias in enumerate((*SCALES, *WORDS)):
        if alias in SCALES:
            kind: str = QuestionType.CATEGORICAL
            given: dict[str, Any] = {"choices": list(SCALES[alias]), "ordered": True, "escape": [ESCAPE]}
        else:
            kind = QuestionType.WORDS
            given = {
                "vocabulary": str(vocabulary.pk), "facets": [alias], "min": 0, "max": MAX_WORDS, "allow_new": True,
                "cannot_judge": True,
            }  # fmt: skip
        configuration = clean_configuration(kind, given, dataset=task.dataset)
        question = Question.objects.create(
            workspace=task.workspace, type=kind, name=NAMES[alias], configuration=configuration, created_by=by
        )
        TaskQuestion.objects.create(task=task, question=question, alias=alias, required=False, position=position)
        if alias in WORDS and (pool := pool_for(configuration)):
            pools[alias] = pool
    return pools


def _people(dataset: Dataset, rows: Iterable[Row]) -> dict[tuple[str, bool], UUID]:
    """A person for each worker id of a side, the same one in each import into this workspace."""
    wanted = {(cell.worker, cell.is_expert): _address(dataset, cell) for row in rows for cell in row.cells}
    there = dict(User.objects.filter(email__in=wanted.values()).values_list("email", "pk"))
    new = [
        User(email=email, name=worker, is_active=False, wants_mail=False, password="!")  # noqa: S106 - no password
        for (worker, _is_expert), email in sorted(wanted.items())
        if email not in there
    ]
    User.objects.bulk_create(new, batch_size=BATCH)
    there |= {user.email: user.pk for user in new}
    return {key: there[email] for key, email in wanted.items()}


def _address(dataset: Dataset, cell: Cell) -> str:
    """An address that nobody can have, of a person who came with a file."""
    side = "expert" if cell.is_expert else "crowd"
    digest = sha256(f"{dataset.workspace_id}/{side}/{cell.worker}".encode()).hexdigest()[:24]
    return f"{digest}@imported.invalid"


def _team(task: LabelingTask, *, is_expert: bool, overlap: int, people: dict[tuple[str, bool], UUID], by: User) -> Team:
    name = EXPERTS if is_expert else CROWD
    team, is_new = Team.objects.get_or_create(workspace=task.workspace, name=name)
    if is_new:
        AuditEvent.record(by=by, workspace_id=task.workspace_id, verb="create", target=team, data={"name": name})
    ours = {pk for (_worker, expert), pk in people.items() if expert == is_expert}
    team.members.add(*User.objects.filter(pk__in=ours))
    TaskTeam.objects.create(task=task, team=team, overlap=overlap, position=int(is_expert))
    return team


def _store_answers(
    task: LabelingTask,
    rows: Sequence[Row],
    recordings: Sequence[_Recording],
    *,
    people: dict[tuple[str, bool], UUID],
    teams: dict[int, Team],
    reading: "_Reading",
) -> None:
    now = timezone.now()
    items, files, submissions = [], [], []
    turns: list[Assignment] = []
    for position, (row, recording) in enumerate(zip(rows, recordings, strict=True), start=1):
        item = TaskItem(task=task, position=position, data={"audio": row.audio, "source_dataset": row.source})
        items.append(item)
        files.append(ItemFile(item=item, name="audio", audio_id=recording.id))
        for slot, cell in enumerate(sorted(row.cells, key=lambda one: one.is_expert)):
            person = people[cell.worker, cell.is_expert]
            turn = Assignment(
                task=task,
                item=item,
                slot=slot,
                position=position,
                duration_ms=recording.duration_ms,
                annotator_id=person,
                team=teams[cell.is_expert],
                state=Assignment.State.SUBMITTED,
                origin=Assignment.Origin.NO_REVIEW,
                is_dealt=True,
                revision=1,
                draw=len(turns),
                submitted_at=now,
            )
            turns.append(turn)
            answers = reading.answers(cell, line=row.line)
            submissions.append(Submission(assignment=turn, author_id=person, revision=1, answers=answers))
    for model, made in ((TaskItem, items), (ItemFile, files), (Assignment, turns), (Submission, submissions)):
        model._default_manager.bulk_create(made, batch_size=BATCH)  # type: ignore[arg-type]
    reading.report.answers = len(turns)


@dataclass
class _Reading:
    """Makes answers of cells, and keeps count of what was understood."""

    pools: dict[str, Pool]
    report: Report = field(default_factory=Report)

    def answers(self, cell: Cell, *, line: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for alias, text in cell.scales.items():
            value = scale_value(alias, text)
            if value is None:
                self.report.unread.append((line, cell.column, alias, text[:60]))
            else:
                found[alias] = value
        for alias in WORDS:
            if said := self._words(alias, cell):
                found[alias] = said
        return found

    def _words(self, alias: str, cell: Cell) -> dict[str, Any] | None:
        """Codes where the cell has them and the pool knows them; else what its words mean."""
        pool = self.pools[alias]
        offered = {term.code for term in pool.offered([alias])}
        codes = [code for code in cell.ids.get(alias, ()) if code in offered]
        named = {normalised(pool.label(code)) for code in codes}
        reading = pool.reader([alias]).read(cell.words.get(alias, ""))
        for word, (code, how) in reading.found.items():
            self.report.mapped["id" if word in named else how] += 1
            if word not in named:
                codes.append(code)
        unknown = [word[:100] for word in reading.unknown]
        if unknown:
            counts = self.report.unmapped.setdefault(alias, Report().mapped)
            counts.update(unknown)
        codes = list(dict.fromkeys(codes))[:MAX_WORDS]
        unknown = list(dict.fromkeys(unknown))[: MAX_WORDS - len(codes)]
        return {name: part for name, part in (("terms", codes), ("words", unknown)) if part} or None
