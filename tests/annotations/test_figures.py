"""The figures of a task: equal to what one gets by counting row by row, and sent to those who may see them."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.actions import managing
from annotations.days import days_of, today
from annotations.models import Assignment, LabelingTask, Review
from annotations.reporting import Narrowing, report_of
from annotations.task_figures import figures_of, reviewer_rows
from datasets.formats.tables import unguard
from tests.annotations.factories import DURATION_MS, make_dataset, make_task
from tests.annotations.working import hand_in, judge, skip
from tests.callers import WHO
from tests.factories import MembershipFactory

State = Assignment.State
MANAGERS_PART = {"items", "by_state", "total", "people", "reviewers", "days", "forecast", "review", "suggestions"}


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace, files=8), by=people.administrator)


@pytest.fixture
def staff(people):
    def more(role, count):
        return [MembershipFactory(workspace=people.workspace, role=role).user for _ in range(count)]

    return [people.operator, *more("operator", 2)], [people.auditor, *more("auditor", 1)]


moments = st.none() | st.integers(0, 45 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
turns = st.fixed_dictionaries(
    {
        "state": st.sampled_from([state for state in State.values if state not in ("open", "in_progress")]),
        "annotator": st.integers(0, 2),
        "reviewer": st.none() | st.integers(0, 1),
        "revision": st.integers(0, 3),
        "duration_ms": st.integers(0, 3_600_000),
        "active_ms": st.integers(0, 3_600_000),
        "rejections": st.integers(0, 4),
        "first_pass": st.none() | st.booleans(),
        "origin": st.sampled_from(["reviewed", "bulk", "sample_pass", "rechecked"]),
        "submitted_at": moments,
        "decided_at": moments,
    }
)


@given(rows=st.lists(turns, min_size=1, max_size=8))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_figures_are_what_counting_row_by_row_gives(task, staff, rows):
    annotators, auditors = staff
    now = timezone.now()
    for pk, row in zip(Assignment.objects.filter(task=task).values_list("pk", flat=True), rows, strict=False):
        changes = row | {
            "annotator": annotators[row["annotator"]],
            "reviewer": None if row["reviewer"] is None else auditors[row["reviewer"]],
            **{name: None if row[name] is None else now - row[name] for name in ("submitted_at", "decided_at")},
        }
        Assignment.objects.filter(pk=pk).update(**changes)
    stored = list(Assignment.objects.filter(task=task))

    figures, reviewers, days = figures_of(task), reviewer_rows(task), days_of(task)

    same_as_by_hand(figures.everybody, stored)
    for person in figures.people:
        same_as_by_hand(person, [turn for turn in stored if turn.annotator_id == person.id])
    for auditor in reviewers:
        theirs = [turn for turn in stored if turn.reviewer_id == auditor.id]
        judged = [turn for turn in theirs if turn.decided_at]
        unseen = [turn for turn in judged if turn.origin in ("bulk", "sample_pass")]
        assert auditor.waiting == sum(turn.state == "pending_review" for turn in theirs)
        assert (auditor.decided, auditor.unseen) == (len(judged) - len(unseen), len(unseen))
        assert auditor.rejected == sum(turn.rejections for turn in judged)
        assert auditor.last_at == max((turn.decided_at for turn in judged), default=None)
    for day in days:
        assert day.labeled == sum(is_on(turn.submitted_at, day.day) for turn in stored)
        assert day.decided == sum(is_on(turn.decided_at, day.day) for turn in stored)
        assert day.looked_at == sum(
            is_on(turn.decided_at, day.day) and turn.origin not in ("bulk", "sample_pass") for turn in stored
        )


def same_as_by_hand(tally, stored):
    handed_in = [turn for turn in stored if turn.revision]
    done = [turn for turn in stored if turn.state in ("approved", "submitted")]
    judged = [turn.first_pass for turn in stored if turn.first_pass is not None]
    audio, worked = sum(turn.duration_ms for turn in handed_in), sum(turn.active_ms for turn in stored)
    assert tally.held == len(stored)
    assert tally.done == len(done)
    assert tally.in_review == sum(turn.state == "pending_review" for turn in stored)
    assert tally.rework == sum(turn.state == "rework" for turn in stored)
    assert tally.audio_done_ms == sum(turn.duration_ms for turn in done if turn.revision)
    assert (tally.audio_handed_in_ms, tally.worked_ms) == (audio, worked)
    assert tally.real_time_factor == (worked / audio if audio else None)
    assert tally.first_pass_rate == (sum(judged) / len(judged) if judged else None)
    assert tally.rejected == sum(turn.rejections for turn in stored)
    assert tally.last_at == max((turn.submitted_at for turn in stored if turn.submitted_at), default=None)


def is_on(moment, day):
    return moment is not None and moment.astimezone(UTC).date() == day


def test_days_begin_at_midnight_utc(people, task):
    first, last = hand_in(task, people.operator), hand_in(task, people.operator)
    midnight = datetime.combine(today(), datetime.min.time(), tzinfo=UTC)
    Assignment.objects.filter(pk=first.pk).update(submitted_at=midnight)
    Assignment.objects.filter(pk=last.pk).update(submitted_at=midnight - timedelta(microseconds=1))

    assert [day.labeled for day in days_of(task)[-2:]] == [1, 1]


def test_left_out_and_dropped_are_counted_apart(people, task):
    turn = skip(task, people.operator)
    managing_exclude(turn, people.administrator)
    hand_in(task, people.operator)
    dropped = judge(task, people.auditor, reject=True)
    # As a drop leaves it: the verdict on the revision that counts, and the turn out of the result.
    Review.objects.filter(submission__assignment=dropped).update(verdict="dropped")
    Assignment.objects.filter(pk=dropped.pk).update(state="cancelled", rejections=0)

    report = report_of(task)

    assert (report.excluded, report.dropped) == (1, 1)
    assert report.whole.segments.total == 6


def managing_exclude(turn, by):
    Assignment.objects.get(pk=turn.pk).exclude(by=by)


def test_narrowed_to_a_person_and_to_days(people, staff, task):
    second = staff[0][1]
    hand_in(task, people.operator, times=2)
    hand_in(task, second, times=3)
    old = Assignment.objects.filter(annotator=second).first()
    Assignment.objects.filter(pk=old.pk).update(submitted_at=timezone.now() - timedelta(days=20))

    hers = report_of(task, only=Narrowing(people=frozenset({second.pk})))
    lately = report_of(task, only=Narrowing(people=frozenset({second.pk}), days=7))

    assert [row.id for row in hers.people] == [second.pk]
    assert (hers.shown.held, hers.need, sum(day.labeled for day in hers.days)) == (3, 3, 3)
    assert (lately.shown.held, lately.need, len(lately.days), lately.labeled_before) == (2, 3, 7, 1)
    assert lately.whole.everybody.held == 8


@pytest.mark.parametrize(
    ("who", "status", "sees_all"),
    list(zip(WHO, (200, 200, 200, 200, 200, 404, 401), (True, True, True, False, False, False, False), strict=True)),
)
def test_everybody_in_a_task_gets_their_own_and_managers_all(api, people, task, who, status, sees_all):
    hand_in(task, people.operator)

    answer = api(people[who]).get(f"/api/v1/labeling-tasks/{task.pk}/progress")

    assert answer.status_code == status
    if status == 200:
        assert set(answer.json()) == {"state", "mine"} | (MANAGERS_PART if sees_all else set())


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (200, 200, 200, 403, 403, 404, 401), strict=True)))
@pytest.mark.parametrize("table", ["people", "days", "turns"])
def test_tables_are_for_managers(api, people, task, who, status, table):
    assert api(people[who]).get(f"/api/v1/labeling-tasks/{task.pk}/figures/{table}.csv").status_code == status


def test_progress_sends_what_was_done(api, people, task):
    hand_in(task, people.operator, times=4, active_ms=30_000)
    judge(task, people.auditor, times=2)
    judge(task, people.auditor, reject=True)

    sent = api(people.administrator).get(f"/api/v1/labeling-tasks/{task.pk}/progress").json()

    person = sent["people"][0]
    assert {name: person[name] for name in ("held", "done", "in_review", "rework", "rejected", "active_ms")} == {
        "held": 4, "done": 2, "in_review": 1, "rework": 1, "rejected": 1, "active_ms": 120_000,
    }  # fmt: skip
    assert person["audio_handed_in_ms"] == 4 * DURATION_MS
    assert person["real_time_factor"] == 3.0
    assert person["first_pass_rate"] == pytest.approx(2 / 3)
    assert sent["by_state"]["open"] == 4
    assert sent["reviewers"][0]["decided"] == 3
    assert sent["days"][-1] == {"day": today().isoformat(), "labeled": 4, "decided": 3, "looked_at": 3}
    assert sent["forecast"]["reason"] == "too_little"
    assert sent["review"]["reasons"] == [{"reason_code": "boundary_late", "count": 1}]
    assert sent["review"]["by_origin"] == {"reviewed": 2}
    assert sent["review"]["bound"] == pytest.approx(0.8647, abs=1e-4)


def test_own_figures_are_of_the_caller_alone(api, people, staff, task):
    hand_in(task, people.operator, times=2)
    hand_in(task, staff[0][1])
    judge(task, people.auditor, reject=True)

    mine = api(people.operator).get(f"/api/v1/labeling-tasks/{task.pk}/progress").json()["mine"]
    auditors = api(people.auditor).get(f"/api/v1/labeling-tasks/{task.pk}/progress").json()["mine"]

    assert (mine["labeling"]["held"], mine["review"]) == (2, None)
    assert (auditors["labeling"], auditors["review"]["rejected"], auditors["review"]["decided"]) == (None, 1, 1)


HOSTILE = ('=HYPERLINK("http://x","y")', "+1", "-1+1", "@SUM(A1)", 'Comma, "quoted"', "\tTab")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_a_formula(api, people, task, name):
    people.operator.name = name
    people.operator.save()
    hand_in(task, people.operator)

    for table, column in (("people", "name"), ("turns", "annotator")):
        answer = api(people.administrator).get(f"/api/v1/labeling-tasks/{task.pk}/figures/{table}.csv")
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
        cell = next(row[column] for row in rows if row[column])
        assert cell[0] not in "=+-@\t"
        assert unguard(cell) == name


def test_the_table_of_turns_has_a_row_per_turn(api, people, task):
    hand_in(task, people.operator, times=2)

    answer = api(people.administrator).get(f"/api/v1/labeling-tasks/{task.pk}/figures/turns.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))

    assert answer["Content-Disposition"] == 'attachment; filename="Support calls turns.csv"'
    assert [row["item"] for row in rows] == [str(number) for number in range(1, 9)]
    assert Counter(row["state"] for row in rows) == {"pending_review": 2, "open": 6}
    assert rows[0]["file"] == "call-0001.wav"


def test_as_many_queries_for_three_people_as_for_one(api, people, staff, task):
    client, address = api(people.administrator), f"/api/v1/labeling-tasks/{task.pk}/progress"

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    annotators, auditors = staff
    hand_in(task, annotators[0])
    judge(task, auditors[0])
    queries()
    one = queries()
    for annotator in annotators[1:]:
        hand_in(task, annotator)
    judge(task, auditors[1], times=2)

    assert queries() == one


def test_a_stopped_task_has_figures_too(people, task):
    hand_in(task, people.operator)
    managing.stop(LabelingTask.objects.get(pk=task.pk), by=people.administrator)

    assert report_of(task).whole.everybody.in_review == 1


def test_openapi_tells_the_shape(api, people):
    schema = api(people.administrator).get("/api/schema", {"format": "json"}).json()
    progress = schema["components"]["schemas"]["TaskProgress"]
    answer = schema["paths"]["/api/v1/labeling-tasks/{id}/progress"]["get"]["responses"]["200"]

    assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/TaskProgress"}
    assert set(progress["properties"]) == {"state", "mine"} | MANAGERS_PART
    assert set(progress["required"]) == {"state", "mine"}
    assert "/api/v1/labeling-tasks/{id}/figures/{table}.csv" in schema["paths"]
