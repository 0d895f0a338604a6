"""What many people's answers come to in the database: states, confidences, teams, weights, and doing it twice."""

import pytest

from annotations.aggregating import asking
from annotations.aggregating.running import run, run_some
from annotations.models import Adjudication, Assignment, Grade, ItemResult, LabelingTask, Standing, TaskItem
from workspaces.jobs import run as run_job
from workspaces.models import Job

pytestmark = pytest.mark.django_db


def region(start, end, label="glitch"):
    return {"label": label, "start_ms": start, "end_ms": end}


def results(task):
    return {row.position: row for row in ItemResult.objects.filter(task=task)}


def without_times(task):
    return list(ItemResult.objects.filter(task=task).order_by("position").values(
        "item", "position", "state", "n_answers", "values", "gain", "confidence"
    ))  # fmt: skip


def answer_three(give, crowd, position, paces, **more):
    for person, pace in zip(crowd, paces, strict=True):
        give(person, position, pace=pace, **more)


def test_states_of_items(shared, give, crowd, first_positions):
    agreed, tied, partial, *_ = first_positions
    answer_three(give, crowd, agreed, ["slow", "slow", "fast"])
    answer_three(give, crowd, tied, ["slow", "normal", "fast"])
    give(crowd[0], partial, pace="slow")
    assert run(shared) == 3
    found = results(shared)
    assert {position: row.state for position, row in found.items()} == {
        agreed: "agreed",
        tied: "disputed",
        partial: "partial",
    }
    pace = found[agreed].values["pace"]
    assert (pace["value"], pace["confidence"], pace["method"]) == ("slow", 0.6667, "majority")
    assert pace["votes"] == {"slow": 2.0, "fast": 1.0}
    assert (found[agreed].n_answers, found[agreed].gain) == (3, 0)
    tie = found[tied].values["pace"]
    assert (tie["value"], tie["flags"]) == (None, ["tie"])
    assert found[tied].gain == pytest.approx(2 / 3, abs=1e-6)
    assert found[partial].values["pace"]["method"] == "single"


def test_computed_twice_it_is_the_same(shared, give, crowd, first_positions):
    answer_three(give, crowd, first_positions[0], ["slow", "slow", "fast"], marks=[region(100, 900)])
    answer_three(give, crowd, first_positions[1], ["slow", "normal", "fast"])
    run(shared)
    before = without_times(shared)
    run(shared)
    assert without_times(shared) == before
    run_some(shared, list(TaskItem.objects.filter(task=shared).values_list("pk", flat=True)))
    assert without_times(shared) == before


def test_regions_come_to_medians(shared, give, crowd, first_positions):
    for person, span in zip(crowd, [(1000, 2000), (1150, 2100), (1080, 2050)], strict=True):
        give(person, first_positions[0], pace="slow", marks=[region(*span)])
    run(shared)
    marks = results(shared)[first_positions[0]].values["marks"]
    assert marks["method"] == "consensus"
    assert [(one["start_ms"], one["end_ms"], one["label"]) for one in marks["value"]] == [(1080, 2050, "glitch")]


def test_who_marked_nothing_heard_nothing(shared, give, crowd, first_positions):
    give(crowd[0], first_positions[0], pace="slow", marks=[region(100, 900)])
    give(crowd[1], first_positions[0], pace="slow")
    give(crowd[2], first_positions[0], pace="slow")
    run(shared)
    row = results(shared)[first_positions[0]]
    assert (row.values["marks"]["value"], row.values["marks"]["n"], row.state) == ([], 3, "agreed")


def test_numbers_and_texts(shared, give, crowd, first_positions):
    for person, quality in zip(crowd, [4, 4, 5], strict=True):
        give(person, first_positions[0], pace="slow", quality=quality, note=f"note {quality}")
    run(shared)
    values = results(shared)[first_positions[0]].values
    assert (values["quality"]["value"], values["quality"]["method"], values["quality"]["confidence"]) == (
        4,
        "median",
        1.0,
    )
    assert (values["note"]["value"], values["note"]["method"], values["note"]["n"]) == (None, "text", 3)


def test_control_items_weigh(shared, give, crowd, first_positions):
    """One who is right again and again outweighs two who guess."""
    turn = None
    for person, pace in zip(crowd, ["slow", "fast", "fast"], strict=True):
        turn = give(person, first_positions[0], pace=pace)
    turns = list(Assignment.objects.filter(task=shared).exclude(pk=turn.pk))[:15]
    submission = turn.submissions.get()
    for number, one in enumerate(turns):
        person = crowd[number % 3]
        is_right = person == crowd[0] or number % 9 == 1
        Grade.objects.create(
            assignment=one, submission=submission, task=shared, user=person, is_right=is_right, share=float(is_right),
            detail={"pace": {"right": is_right, "share": float(is_right)}},
        )  # fmt: skip
    run(shared)
    pace = results(shared)[first_positions[0]].values["pace"]
    assert (pace["value"], pace["method"]) == ("slow", "weighted_majority")


def test_answers_of_people_who_were_stopped_do_not_count(shared, give, crowd, first_positions):
    answer_three(give, crowd, first_positions[0], ["slow", "slow", "fast"])
    Standing.objects.create(task=shared, user=crowd[0], state="stopped", reason="guesses")
    run(shared)
    row = results(shared)[first_positions[0]]
    assert (row.n_answers, row.values["pace"]["flags"], row.state) == (2, ["tie"], "disputed")
    Standing.objects.all().delete()
    run(shared)
    assert results(shared)[first_positions[0]].values["pace"]["value"] == "slow"


def test_an_adjudication_stays(shared, give, crowd, first_positions, people):
    answer_three(give, crowd, first_positions[0], ["slow", "normal", "fast"])
    item = TaskItem.objects.get(task=shared, position=first_positions[0])
    Adjudication.objects.create(item=item, task=shared, answers={"pace": "fast"}, how={}, by=people.auditor)
    run(shared)
    row = results(shared)[first_positions[0]]
    assert (row.state, row.confidence, row.gain) == ("adjudicated", 1.0, 0)
    assert (row.values["pace"]["value"], row.values["pace"]["method"]) == ("fast", "adjudicated")


def test_methods_of_a_task(shared, give, crowd, first_positions):
    """So few answers say nothing about how people err, and the result says that it is a plain majority."""
    answer_three(give, crowd, first_positions[0], ["slow", "slow", "fast"])
    shared.aggregation = {"pace": {"method": "dawid_skene"}}
    run(shared)
    pace = results(shared)[first_positions[0]].values["pace"]
    assert (pace["value"], pace["method"], pace["flags"]) == ("slow", "majority", ["too_few_answers"])
    shared.aggregation = {"pace": {"method": "wawa"}}
    run(shared)
    assert results(shared)[first_positions[0]].values["pace"]["method"] == "wawa"


def test_teams_side_by_side(people, dataset, crowd, give_to_teams):
    task, position = give_to_teams(["slow", "slow", "fast", "fast"])
    run(task)
    values = results(task)[position].values["pace"]
    first, second = (str(pk) for pk in task.teams.order_by("position").values_list("team_id", flat=True))
    assert values["value"] == "slow"
    assert values["flags"] == ["teams_differ"]
    assert {team: one["value"] for team, one in values["by_team"].items()} == {first: "slow", second: "fast"}


@pytest.fixture
def give_to_teams(people, dataset, crowd):
    from annotations.actions.creating import TeamSeat
    from annotations.actions.plans import AskedQuestion
    from tests.annotations.factories import make_task
    from tests.factories import MembershipFactory
    from workspaces.models import Team

    def answer(paces):
        more = MembershipFactory(workspace=people.workspace, role="operator", user__name="Dora").user
        everybody = [*crowd, more]
        teams = [Team.objects.create(workspace=people.workspace, name=name) for name in ("Experts", "Crowd")]
        teams[0].members.set(everybody[:2])
        teams[1].members.set(everybody[2:])
        seats = [TeamSeat(teams[0], 2, decides=True), TeamSeat(teams[1], 2)]
        question = AskedQuestion(type="categorical", name="Pace", configuration={"choices": ["slow", "fast"]})
        task = make_task(dataset, by=people.administrator, teams=seats, review_mode="none", questions=(question,))
        position = task.items.order_by("position").values_list("position", flat=True)[0]
        from annotations.models import Submission

        turns = Assignment.objects.filter(task=task, position=position).order_by("slot")
        for turn, person, pace in zip(turns, everybody, paces, strict=True):
            Assignment.objects.filter(pk=turn.pk).update(
                annotator=person, state="submitted", origin="no_review", revision=1
            )
            Submission.objects.create(assignment=turn, author=person, revision=1, answers={"pace": pace})
        return task, position

    return answer


def test_a_worker_computes_what_came_later(shared, give, crowd, first_positions, django_capture_on_commit_callbacks):
    answer_three(give, crowd, first_positions[0], ["slow", "slow", "fast"])
    assert asking.is_stale(shared)
    assert asking.ask_for_what_came_later() == 1
    job = Job.objects.get(kind=asking.AGGREGATE)
    assert asking.ask_for_what_came_later() == 0
    run_job(str(job.pk))
    assert ItemResult.objects.filter(task=shared).count() == 1
    assert not asking.is_stale(shared)
    answer_three(give, crowd, first_positions[1], ["slow", "slow", "fast"])
    assert asking.ask_for_what_came_later() == 1
    newer = Job.objects.filter(kind=asking.AGGREGATE).order_by("-id").first()
    assert newer.args["since"]
    run_job(str(newer.pk))
    assert ItemResult.objects.filter(task=shared).count() == 2


def test_a_task_of_one_person_an_item_is_left_alone(task, people):
    from tests.annotations.working import hand_in

    hand_in(task, people.operator)
    assert asking.ask_for_what_came_later() == 0


def test_asking_twice_gives_one_job(shared, people):
    first = asking.ask(shared, by=people.administrator)
    assert asking.ask(shared, by=people.administrator) == first
    assert LabelingTask.objects.filter(pk=shared.pk).exists()
