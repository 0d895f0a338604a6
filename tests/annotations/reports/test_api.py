"""The quality report for programs."""

from annotations.reports.computing import compute
from tests.callers import statuses

# Operators of no team of the task do not see it at all.
READS = (200, 200, 200, 404, 403, 404, 401)
ASKS = (202, 202, 202, 404, 403, 404, 401)


def url(task, table=""):
    return f"/api/v1/labeling-tasks/{task.pk}/quality{table}"


def test_who_may(api, people, crowd):
    task, _users = crowd
    compute(task)

    assert statuses(lambda who: api(people[who]).get(url(task))) == READS
    assert statuses(lambda who: api(people[who]).get(url(task, "/people.csv"))) == READS
    assert statuses(lambda who: api(people[who]).post(url(task))) == ASKS


def test_it_is_computed_and_read(api, people, crowd):
    task, _users = crowd
    client = api(people.administrator)
    before = client.get(url(task)).json()

    asked = client.post(url(task)).json()
    again = client.post(url(task)).json()
    compute(task)
    after = client.get(url(task)).json()

    assert (before["computed_at"], before["figures"], before["job"]) == (None, None, None)
    assert (asked["state"], again["id"]) == ("pending", asked["id"])
    assert (after["figures"]["answers"], after["answers_since"], after["job"]["id"]) == (30, 0, asked["id"])
    assert [question["alias"] for question in after["figures"]["questions"]] == ["pace", "liking", "words", "marks"]
