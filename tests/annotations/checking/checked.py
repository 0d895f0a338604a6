"""Tasks with checks, made as the product makes them."""

from typing import Any

from django.test import TestCase
from django.utils import timezone

from annotations.actions import working
from annotations.checking import judging
from annotations.checking.policy import set_checks
from annotations.models import Assignment, CheckResult, LabelingTask, Term, Vocabulary, VocabularyVersion
from tests.annotations.factories import AskedQuestion, make_dataset, make_task
from workspaces.models import User, Workspace

WORDS = {
    "calm": ("peace", ["agitated"]),
    "agitated": ("stir", []),
    "whispering": ("hushed voice", []),
    "warm": ("", []),
}
NO_RULES = {name: {"is_on": False} for name in ("opposites", "scales", "heard", "worked", "nothing")}
CALM = {"words": {"terms": ["calm"]}, "volume": "quiet"}
TORN = {"words": {"terms": ["calm", "agitated"]}, "volume": "quiet"}
ALL = [[0, 10_000]]
done_on_commit = TestCase.captureOnCommitCallbacks


def make_pool(workspace: Workspace) -> Vocabulary:
    """The same one, where a workspace that several tests share has it already."""
    vocabulary, is_new = Vocabulary.objects.get_or_create(workspace=workspace, name="Voices")
    if not is_new:
        return vocabulary
    version = VocabularyVersion.objects.create(
        vocabulary=vocabulary, number=1, state="published", published_at=timezone.now()
    )
    for code, (family, opposites) in WORDS.items():
        facet = Term.Facet.VOICE if code == "whispering" else Term.Facet.EMOTION
        Term.objects.create(
            version=version, code=code, facet=facet, family=family, labels={"en": code}, opposites=opposites
        )
    return vocabulary


def make_checked(
    people: Any, pool: Vocabulary, *, rules: Any = None, judge: Any = None, files: int = 2, **plan: Any
) -> LabelingTask:
    """`rules` and `judge` are what is sent to the API for each; None leaves it switched off."""
    questions = (
        AskedQuestion(
            type="words",
            name="Words",
            configuration={"vocabulary": str(pool.pk), "allow_new": True, "cannot_judge": True, "max": 20},
            required=False,
        ),
        AskedQuestion(
            type="categorical", name="Volume", configuration={"choices": ["quiet", "medium", "loud"]}, required=False
        ),
        AskedQuestion(type="free_text", name="Note", configuration={"max_length": 5000}, required=False),
    )
    dataset = make_dataset(people.workspace, files=files)
    fields = {"review_mode": LabelingTask.ReviewMode.NONE, "questions": questions, **plan}
    task = make_task(dataset, by=people.administrator, **fields)
    given = {"rules": rules, "judge": judge}
    wanted = {kind: {"is_active": True, **values} for kind, values in given.items() if values is not None}
    set_checks(task, wanted, by=people.administrator)
    return task


def hand_in(task: LabelingTask, user: User, answers: dict[str, Any], **body: Any) -> Assignment:
    """The person's next item, submitted; the jobs that this asks for are done."""
    turn = working.next_for(LabelingTask.objects.get(pk=task.pk), by=user)
    assert turn is not None
    with done_on_commit(execute=True):
        working.submit(turn, by=user, body={"answers": answers, "active_ms": 20_000, "listened": ALL, **body})
    turn.refresh_from_db()
    return turn


def result_of(turn: Assignment, kind: str = "judge") -> CheckResult:
    return CheckResult.objects.get(submission__assignment=turn, submission__revision=turn.revision, kind=kind)


def ask_again() -> None:
    """The time has come, and the sweep comes by."""
    CheckResult.objects.filter(state="waiting").update(ask_at=timezone.now())
    with done_on_commit(execute=True):
        judging.ask_again_what_is_due()
