"""What the API's description says of a turn is what is sent."""

import pytest
from rest_framework.serializers import ListSerializer, Serializer

from annotations.serializers.work import DraftSavedSerializer, HandedInSerializer, WorkSerializer
from annotations.serializers.work import WrittenCommentSerializer as Written
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.working import begin, hand_in, judge


def require_described(shape, value, *, at="work"):
    """Every key is described, and every key that is not optional is there; all the way down."""
    if isinstance(shape, ListSerializer):
        for row in value:
            require_described(shape.child, row, at=f"{at}[]")
        return
    if not isinstance(shape, Serializer) or (value is None and shape.allow_null):
        return
    needed = {name for name, field in shape.fields.items() if field.required}
    assert needed <= set(value) <= set(shape.fields), at
    for name in value:
        require_described(shape.fields[name], value[name], at=f"{at}.{name}")


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace), by=people.administrator)


def test_the_annotators_loop(api, people, task):
    client = api(people.operator)
    work = client.post(f"/api/v1/labeling-tasks/{task.pk}/next").json()
    turn = f"/api/v1/assignments/{work['assignment']['id']}"

    require_described(WorkSerializer(), work)
    require_described(DraftSavedSerializer(), client.put(f"{turn}/draft", {"version": 0, "answers": ANSWERS}).json())
    require_described(Written(), client.post(f"{turn}/comments", {"text": "Look", "at_ms": 1}).json())
    require_described(HandedInSerializer(), client.post(f"{turn}/submit", {"answers": ANSWERS, "next": True}).json())


@pytest.mark.parametrize("who", ["operator", "auditor", "administrator"])
def test_a_turn_that_came_back_and_is_judged_again(api, people, task, who):
    hand_in(task, people.operator)
    returned = judge(task, people.auditor, reject=True)
    if who == "operator":
        begin(task, people.operator)
    else:
        hand_in(task, people.operator, answers={**ANSWERS, "pace": "slow"})
        body = {"version": 0, "answers": {**ANSWERS, "pace": "fast"}, "revision": 2}
        assert api(people.auditor).put(f"/api/v1/assignments/{returned.pk}/draft", body).status_code == 200

    work = api(people[who]).get(f"/api/v1/assignments/{returned.pk}").json()

    require_described(WorkSerializer(), work)
    assert (work["returned"] is None, work["previous"] is None) == (
        (False, True) if who == "operator" else (True, False)
    )
