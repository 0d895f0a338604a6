"""The tasks of an evaluation before they exist: what is asked, where it is shown, and whether the rows fit it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from annotations.answers import FormQuestion, clean
from annotations.models import Question, QuestionType
from evaluations.known import unknown_fields
from evaluations.layouts import Location, Place, Problem, clean_layout, has_value, places_of
from evaluations.values import LAST_SECOND, WrongTime, from_v5, unanswered
from workspaces.errors import Invalid
from workspaces.models import User, Workspace

TASK_TYPE = "contributor_evaluation.question"
DEFAULT_ALIAS = "contributor_evaluation_question"
DEFAULT_QUEUE = "default"
LONGEST_NAME = 100
LONGEST_COLUMN = 200
MOST_TASKS = 50
MOST_PROBLEMS = 100
KNOWN_OF_TASK = ("task_type", "alias", "configuration")
KNOWN = ("question_id", "layout", "queue_id", "required", "prefill_from")


@dataclass(frozen=True)
class AskedTask:
    """A question of an evaluation to be; `at` is the place of its configuration in what was sent."""

    alias: str
    question: Question
    layout: dict[str, Any]
    queue_id: str
    required: bool
    prefill_from: str
    at: Location = ()

    @property
    def places(self) -> list[Place]:
        return list(places_of(self.layout, (*self.at, "layout")))


def read_tasks(given: object, *, workspace: Workspace, by: User, at: Location) -> tuple[list[AskedTask], list[Problem]]:
    """The tasks of a list as programs send it, and all that is wrong with them whatever the rows hold."""
    if given is None:
        return [], []
    if not isinstance(given, list):
        return [], [(at, _("Send a list of tasks."), "type_error.list")]
    if len(given) > MOST_TASKS:
        return [], [(at, _("Ask at most %(most)d questions in an evaluation.") % {"most": MOST_TASKS}, "value_error")]
    questions = _questions(given, workspace=workspace, by=by)
    problems: list[Problem] = []
    tasks, taken = [], set[str]()
    for number, task in enumerate(given):
        where = (*at, number)
        read = read_task(task, questions=questions, at=where, problems=problems)
        if read is None:
            continue
        if read.alias in taken:
            sentence = _("The alias “%(alias)s” stands there twice. Give each task its own.") % {"alias": read.alias}
            problems.append(((*where, "alias"), sentence, "value_error"))
        taken.add(read.alias)
        tasks.append(read)
    return tasks, problems


def read_task(
    given: object, *, questions: dict[str, Question], at: Location, problems: list[Problem]
) -> AskedTask | None:
    """One task as programs send it; None where `problems` got something of it. `questions` are by their ids."""
    if not isinstance(given, dict):
        problems.append((at, _("Send an object with task_type, alias and configuration."), "type_error.dict"))
        return None
    kind = given.get("task_type", TASK_TYPE)
    if kind != TASK_TYPE:
        sentence = _("“%(kind)s” is not done here: people answer, no model runs. Send the task type %(ours)s.")
        problems.append(
            ((*at, "task_type"), sentence % {"kind": str(kind)[:100], "ours": TASK_TYPE}, "value_error.unknown")
        )
        return None
    problems += unknown_fields(given, KNOWN_OF_TASK, at=at)
    alias = given.get("alias", DEFAULT_ALIAS)
    if wrong := _name_problem(alias):
        problems.append(((*at, "alias"), wrong, "value_error"))
        alias = ""
    elif alias == "files":
        problems.append(((*at, "alias"), _("The alias “files” is taken: name it differently."), "value_error"))
    return read_configuration(
        given.get("configuration"), alias=alias, questions=questions, at=(*at, "configuration"), problems=problems
    )


def read_configuration(
    given: object, *, alias: str, questions: dict[str, Question], at: Location, problems: list[Problem]
) -> AskedTask | None:
    """As `read_task`, of its configuration alone."""
    if not isinstance(given, dict):
        problems.append((at, _("Send an object with question_id and layout."), "type_error.dict"))
        return None
    before = len(problems)
    problems += unknown_fields(given, KNOWN, at=at)
    question = _question(given.get("question_id"), questions, at=(*at, "question_id"), problems=problems)
    layout, wrong = clean_layout(given.get("layout"), at=(*at, "layout"))
    problems += wrong
    queue_id = given.get("queue_id", DEFAULT_QUEUE)
    if why := _name_problem(queue_id):
        problems.append(((*at, "queue_id"), why, "value_error"))
    required = given.get("required", False)
    if not isinstance(required, bool):
        problems.append(((*at, "required"), _("Send true or false."), "type_error.bool"))
    column = given.get("prefill_from")
    if column is not None and (not isinstance(column, str) or not 1 <= len(column) <= LONGEST_COLUMN):
        sentence = _("Name a key of the rows' data with at most %(most)d characters.") % {"most": LONGEST_COLUMN}
        problems.append(((*at, "prefill_from"), sentence, "value_error"))
    if len(problems) > before or question is None:
        return None
    asked = AskedTask(alias, question, layout, queue_id, required, column or "", at)
    if question.type == QuestionType.TIMESTAMP and not any(place.file_key for place in asked.places):
        sentence = _("The question “%(id)s” asks for moments in a recording: show one, such as item.files.audio.")
        problems.append(((*at, "layout"), sentence % {"id": question.pk}, "value_error"))
        return None
    return asked


def _name_problem(name: object) -> str | None:
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME or name != name.strip():
        return _("Give a name of 1 to %(most)d characters that does not begin or end with a space.") % {
            "most": LONGEST_NAME
        }
    if not name.isprintable():
        return _("The name holds a character that nobody sees, such as a new line. Leave it out.")
    # An alias stands in the address at which its task is changed, and addresses lose these.
    return _("“%(name)s” is no name. Give another.") % {"name": name} if name in (".", "..") else None


def questions_of(ids: Iterable[object], *, workspace: Workspace, by: User) -> dict[str, Question]:
    """Questions by id, spelled as they are stored, archived ones too; what is no id names none."""
    wanted = set()
    for text in ids:
        try:
            wanted.add(UUID(str(text)))
        except ValueError:
            continue
    found = Question.objects.visible_to(by).filter(workspace=workspace, pk__in=wanted)
    return {str(question.pk): question for question in found}


def _questions(tasks: Sequence[object], *, workspace: Workspace, by: User) -> dict[str, Question]:
    configurations = (task.get("configuration") for task in tasks if isinstance(task, dict))
    ids = (given.get("question_id") for given in configurations if isinstance(given, dict))
    return questions_of(ids, workspace=workspace, by=by)


def _question(
    given: object, questions: dict[str, Question], *, at: Location, problems: list[Problem]
) -> Question | None:
    if not isinstance(given, str):
        problems.append((at, _("Send the id of a question."), "value_error.missing" if given is None else "type_error"))
        return None
    try:
        question = questions.get(str(UUID(given)))
    except ValueError:
        question = None
    named = {"id": given[:100]}
    if question is None:
        problems.append((at, _("There is no question with the id “%(id)s”.") % named, "value_error.unknown"))
    elif question.archived_at is not None:
        problems.append(
            (at, _("The question “%(id)s” is archived. Restore it, or ask another.") % named, "value_error")
        )
    elif question.type == QuestionType.REGIONS:
        sentence = _("The question “%(id)s” asks for time regions, which evaluations cannot. Choose another type.")
        problems.append((at, sentence % named, "value_error"))
    elif question.type == QuestionType.WORDS:
        sentence = _("The question “%(id)s” asks for words of a pool, which evaluations cannot. Choose another type.")
        problems.append((at, sentence % named, "value_error"))
    else:
        return question
    return None


def prefill_of(task: AskedTask, value: Any) -> Any:
    """What a value of the row's data is as an answer, in our units; None for nothing. Raises ValueError with why.

    An empty list is an answer where several moments or choices are asked for: there are none.
    """
    kind, configuration = task.question.type, task.question.configuration
    if value == [] and unanswered(kind, configuration) == []:
        return []
    try:
        given = from_v5(kind, configuration, value)
    except WrongTime as error:
        sentence = _("“%(value)s” is no time. Give seconds from the start, such as 1.25.")
        raise ValueError(sentence % {"value": error.value}) from error
    asked = FormQuestion(alias=task.alias, type=kind, name="", prompt="", required=False, configuration=configuration)
    try:
        return clean((asked,), {task.alias: given}, duration_ms=LAST_SECOND * 1000, complete=True).get(task.alias)
    except Invalid as refusal:
        raise ValueError(refusal.problems[0][1]) from refusal


@dataclass
class RowChecks:
    """What the tasks want of the rows, looked at row by row: shown fields exist, answers to begin with are answers."""

    tasks: Sequence[AskedTask]
    # Aliases whose answers stand in the rows' data later on.
    aliases: Collection[str] = ()
    # Whether the rows were sent with the tasks. What is wrong with them has its place there, else with the task.
    are_sent: bool = True
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        earlier = set(self.aliases)
        self._places: list[Place] = []
        for task in self.tasks:
            self._places += [place for place in task.places if not _is_answer(place, earlier)]
            earlier.add(task.alias)
        self._columns = [task for task in self.tasks if task.prefill_from]
        self._unseen = {task.prefill_from for task in self._columns}
        self._heard = [
            (task, [place.file_key for place in task.places if place.file_key])
            for task in self.tasks
            if task.question.type == QuestionType.TIMESTAMP
        ]

    def look_at(self, index: int, data: dict[str, Any], files: dict[str, str]) -> None:
        """Row number `index`, from 0 on."""
        if self._places:
            self._places = [place for place in self._places if not _shows(place, data, files)]
        if len(self.problems) >= MOST_PROBLEMS:
            return
        for task, keys in self._heard:
            if not any(key in files for key in keys):
                self._refuse_silent(task, keys, index)
        for task in self._columns:
            if task.prefill_from in data:
                self._unseen.discard(task.prefill_from)
                self._check_prefill(task, data[task.prefill_from], index)

    def end(self) -> list[Problem]:
        """All that is wrong, once every row was looked at."""
        for place in self._places:
            named = {"is": place.locator, "key": place.file_key}
            sentence = _("No row has “%(is)s”.") if place.file_key is None else _("No row has a file “%(key)s”.")
            self.problems.append((place.at, sentence % named, "value_error"))
        for task in self._columns:
            if task.prefill_from in self._unseen:
                sentence = _("No row's data has the key “%(key)s”.") % {"key": task.prefill_from}
                self.problems.append(((*task.at, "prefill_from"), sentence, "value_error"))
        return self.problems

    def _refuse_silent(self, task: AskedTask, keys: Sequence[str | None], index: int) -> None:
        sentence = _("Row %(row)d has no file “%(key)s”, in which “%(alias)s” asks for moments.")
        sentence %= {"row": index + 1, "key": keys[0], "alias": task.alias}
        where: Location = ("body", "files", index) if self.are_sent else (*task.at, "layout")
        self.problems.append((where, sentence, "value_error"))

    def _check_prefill(self, task: AskedTask, value: Any, index: int) -> None:
        try:
            prefill_of(task, value)
        except ValueError as error:
            sentence = _("Row %(row)d cannot begin with this answer to “%(alias)s”: %(why)s")
            sentence %= {"row": index + 1, "alias": task.alias, "why": error}
            sent = ("body", "data", index, task.prefill_from)
            where: Location = sent if self.are_sent else (*task.at, "prefill_from")
            self.problems.append((where, sentence, "value_error"))


def _is_answer(place: Place, aliases: Collection[str]) -> bool:
    """Whether a place is an earlier answer, whose alias may hold dots itself, or something inside of one."""
    return place.file_key is None and (place.path in aliases or place.path.partition(".")[0] in aliases)


def _shows(place: Place, data: dict[str, Any], files: dict[str, str]) -> bool:
    return place.file_key in files if place.file_key else has_value(data, place.path)
