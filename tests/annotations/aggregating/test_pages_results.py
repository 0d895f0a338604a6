"""Quality > Results, its settings, and the page on which auditors settle."""

import pytest
from django.urls import reverse

from annotations.aggregating import asking
from annotations.aggregating.running import run
from annotations.models import LabelingTask, TaskItem
from tests.annotations.aggregating.test_running import answer_three
from tests.callers import statuses
from workspaces.models import AuditEvent, Job

pytestmark = pytest.mark.django_db


def page(task, name="quality_results", *args):
    return reverse(f"annotations:{name}", args=[task.workspace.slug, task.pk, *args])


@pytest.fixture
def answered(shared, give, crowd, first_positions):
    answer_three(give, crowd, first_positions[0], ["slow", "slow", "fast"])
    answer_three(give, crowd, first_positions[1], ["slow", "normal", "fast"])
    run(shared)
    return shared


def test_results_are_listed_with_how_they_came_about(answered, manager):
    text = manager.get(page(answered)).content.decode()
    assert "call-0001.wav" in text
    assert "67 %" in text
    assert "majority" in text
    assert text.count('class="told"') == 2


@pytest.mark.parametrize(
    ("shown", "n"), [("disputed", 1), ("agreed", 1), ("partial", 0), ("teams_differ", 0), ("?", 2)]
)
def test_filters(answered, manager, shown, n):
    text = manager.get(page(answered), {"shown": shown}).content.decode()
    assert text.count('class="told"') == n


def test_nothing_computed_yet(shared, manager):
    assert "No results yet" in manager.get(page(shared)).content.decode()


def test_compute_again(answered, manager):
    assert manager.post(page(answered, "compute_results")).status_code == 302
    assert Job.objects.filter(kind=asking.AGGREGATE).count() == 1


def test_settings_are_kept_and_computed(answered, manager):
    body = {
        "method.pace": "dawid_skene",
        "least_confidence.pace": "0.7",
        "quorum.marks": "0.6",
        "collar_ms.marks": "100",
    }
    assert manager.post(page(answered, "set_aggregation"), body).status_code == 302
    assert LabelingTask.objects.get(pk=answered.pk).aggregation == {
        "pace": {"method": "dawid_skene", "least_confidence": 0.7},
        "marks": {"quorum": 0.6, "collar_ms": 100},
    }
    assert AuditEvent.objects.filter(verb="set_aggregation").count() == 1
    assert Job.objects.filter(kind=asking.AGGREGATE).count() == 1
    manager.post(page(answered, "set_aggregation"), body)
    assert Job.objects.filter(kind=asking.AGGREGATE).count() == 1


def test_settings_that_cannot_be(answered, manager):
    manager.post(page(answered, "set_aggregation"), {"method.pace": "median", "quorum.marks": "7"})
    assert LabelingTask.objects.get(pk=answered.pk).aggregation == {}


def test_who_sees_pages(answered, client_of, people):
    item = TaskItem.objects.filter(task=answered).first()

    def client(who):
        return client_of(getattr(people, who))

    table = {
        "results": lambda who: client(who).get(page(answered)),
        "compute": lambda who: client(who).post(page(answered, "compute_results")),
        "change": lambda who: client(who).post(page(answered, "set_aggregation")),
        "settle": lambda who: client(who).get(page(answered, "settle")),
        "lanes": lambda who: client(who).get(page(answered, "lanes", item.pk)),
    }
    assert {name: statuses(ask) for name, ask in table.items()} == {
        "results": (200, 200, 200, 403, 403, 404, 302),
        "compute": (302, 302, 302, 403, 403, 404, 302),
        "change": (302, 302, 302, 403, 403, 404, 302),
        "settle": (403, 403, 403, 403, 200, 404, 302),
        "lanes": (200, 200, 200, 403, 200, 404, 302),
    }


def test_queries_do_not_grow(shared, give, crowd, first_positions, manager, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    seen = []
    for position in first_positions[:3]:
        answer_three(give, crowd, position, ["slow", "slow", "fast"])
        run(shared)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert manager.get(page(shared), headers={"HX-Request": "true"}).status_code == 200
        seen.append(len(queries))
    assert seen[0] == seen[2]
