"""A worker that is killed outright while the language model thinks."""

from django.utils import timezone

from annotations.checking import judging
from annotations.models import CheckResult
from tests.annotations.checking.checked import TORN, hand_in
from tests.annotations.checking.model_server import PASSED
from tests.workers import wait_until
from workspaces.models import Job


def test_after_a_kill_nothing_is_lost_and_every_answer_gets_its_verdict(people, checked, model, workers):
    task = checked(judge={"action": "return", "settings": {"majority": False}}, files=4)
    model.replies = [PASSED, model.hang, PASSED]
    workers.environment |= {"EARMARK_LLM_BASE_URL": model.url, "EARMARK_LLM_MODEL": "listener-7"}
    turns = [hand_in(task, people.operator, TORN) for _ in range(4)]
    results = CheckResult.objects.filter(task=task)

    workers.start()
    wait_until(lambda: len(model.asked) == 2, seconds=60, what=workers.log)
    workers.kill()
    # The one that passed is kept; of the one that was asked the try is counted, and the next one dated.
    assert sorted(results.values_list("state", "tries")) == [
        ("done", 1), ("waiting", 0), ("waiting", 0), ("waiting", 1),
    ]  # fmt: skip
    assert Job.objects.get(kind=judging.JUDGE).state == "running"
    results.filter(state="waiting").update(ask_at=timezone.now())

    workers.start()
    wait_until(lambda: not results.exclude(state="done").exists(), seconds=60, what=workers.log)

    assert set(results.values_list("verdict", "outcome")) == {("passed", "none")}
    assert len(model.asked) == 5
    for turn in turns:
        turn.refresh_from_db()
    assert {(turn.state, turn.revision) for turn in turns} == {("submitted", 1)}
