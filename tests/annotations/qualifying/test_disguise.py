"""Nothing that annotators are sent tells a control item from any other."""

import json

import pytest

from annotations.checking.policy import set_checks
from annotations.models import Assignment, CheckResult, Grade, LabelingTask
from tests.annotations.factories import DURATION_MS, make_dataset, make_task
from tests.annotations.qualifying.made import RIGHT, make_plain_task, with_controls
from tests.annotations.working import hand_in

pytestmark = pytest.mark.django_db
# What differs from one item to the next in any task.
OF_THE_ITEM = {"id", "item_id", "filename", "position", "audio_url", "peaks_url", "draft_version", "seen"}
WORDS = ("control", "gold", "expected", "key", "grade", "hint", "explanation")


def shape(value, *, name=""):
    """The value with everything left out that is each item's own: keys, types, and all other values."""
    if isinstance(value, dict):
        return {key: shape(part, name=key) for key, part in value.items()}
    if isinstance(value, list):
        return [shape(part, name=name) for part in value]
    return type(value).__name__ if name in OF_THE_ITEM else value


def keys_of(value):
    if isinstance(value, dict):
        return set(value) | {key for part in value.values() for key in keys_of(part)}
    return {key for part in value for key in keys_of(part)} if isinstance(value, list) else set()


class Loop:
    """Somebody at work over the API, who writes down all they are told about each of their turns."""

    def __init__(self, client, task, *, user):
        self.client, self.task, self.user = client, task, user
        self.seen = {}

    def ask(self, method, path, body=None):
        answer = getattr(self.client, method)(f"/api/v1/{path}", body or {}, content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None

    def work(self, *, verb):
        """One item from the beginning to the end; returns what was said on the way and whether it was a control."""
        _status, handed_out = self.ask("post", f"labeling-tasks/{self.task.pk}/next")
        pk = handed_out["assignment"]["id"]
        turn = f"assignments/{pk}"
        audio = handed_out["item"]["files"][0]["audio_url"]
        said = {
            "next": (200, handed_out),
            "read": self.ask("get", turn),
            "open": self.ask("post", f"{turn}/open"),
            "draft": self.ask("put", f"{turn}/draft", {"version": 0, "answers": RIGHT}),
            "comment": self.ask("post", f"{turn}/comments", {"text": "hum", "at_ms": 5}),
            "with draft": self.ask("get", turn),
            "release": self.ask("post", f"{turn}/release"),
            "after release": self.ask("get", turn),
            "again": self.ask("post", f"labeling-tasks/{self.task.pk}/next"),
            "wrong": self.ask("post", f"{turn}/submit", {"answers": {"pace": "purple"}}),
            "audio": self.client.head(audio).status_code,
            "page": self.client.get(f"/w/{self.slug}/assignments/{pk}/").status_code,
            "verb": self.ask("post", f"{turn}/{verb}", {"answers": RIGHT, "reason": "nothing there", "active_ms": 9}),
            "twice": self.ask("post", f"{turn}/{verb}", {"answers": RIGHT, "reason": "nothing there"}),
            "afterwards": self.ask("get", turn),
            "list": self._listed(pk),
        }
        return said, Assignment.objects.get(pk=pk).task.purpose

    @property
    def slug(self):
        return self.task.workspace.slug

    def _listed(self, pk):
        _status, found = self.ask("get", f"labeling-tasks/{self.task.pk}/assignments")
        return [row for row in found["items"] if row["id"] == pk]


def without_moments(said):
    text = json.dumps(said, default=str)
    value = json.loads(text)

    def cleaned(part):
        if isinstance(part, dict):
            dropped = ("saved_at", "created_at", "submitted_at", "updated_at", "at", "decided_at")
            return {key: cleaned(inner) for key, inner in part.items() if key not in dropped}
        return [cleaned(inner) for inner in part] if isinstance(part, list) else part

    return shape(cleaned(value))


@pytest.mark.parametrize("verb", ["submit", "skip"])
def test_a_control_turn_reads_like_any_other(people, client_of, verb):
    task = with_controls(make_plain_task(people), people)
    loop = Loop(client_of(people.operator), task, user=people.operator)
    told = {"control": [], "labeling": []}
    counts = []
    for _n in range(7):
        said, purpose = loop.work(verb=verb)
        counts.append(said["next"][1]["progress"].copy())
        for part in said.values():
            if isinstance(part, tuple) and isinstance(part[1], dict) and part[1].get("progress"):
                part[1]["progress"] = "how far"
        told[purpose].append(said)
    assert told["control"]
    assert told["labeling"]
    ordinary = without_moments(told["labeling"][0])
    for said in told["control"] + told["labeling"]:
        found = without_moments(said)
        for name, part in ordinary.items():
            assert found[name] == part, name
        assert all(row["position"] == 0 for row in said["list"])
        assert said["next"][1]["task"]["id"] == str(task.pk)
        assert not {key for key in keys_of(list(said.values())) if any(word in key for word in WORDS)}
    if verb == "submit":
        assert [count["done"] for count in counts] == list(range(7))
        assert len({count["total"] for count in counts}) == 1


def test_with_a_review_too(people, client_of):
    task = with_controls(make_task(make_dataset(people.workspace, files=12), by=people.administrator), people)
    hand_in(task, people.operator, times=6)
    rows = client_of(people.operator).get(f"/api/v1/labeling-tasks/{task.pk}/assignments").json()["items"]
    assert len(rows) == 6
    assert {(row["state"], row["slot"], row["position"], row["origin"]) for row in rows} == {
        ("pending_review", 0, 0, "")
    }
    # Managers see the items of the task, with their places, and no others.
    manager = client_of(people.administrator)
    rows = manager.get(f"/api/v1/labeling-tasks/{task.pk}/assignments").json()
    assert rows["total"] == 12
    assert sorted(row["position"] for row in rows["items"]) == list(range(1, 13))


def test_pages_and_figures_take_them_in(people, client_of):
    task = with_controls(make_plain_task(people), people)
    while not Assignment.objects.filter(task__purpose="control", state="in_progress").exists():
        hand_in_one(task, people.operator)
    client = client_of(people.operator)
    page = client.get(f"/w/{people.workspace.slug}/labeling/").content.decode()
    begun = Assignment.objects.get(task__purpose="control", state="in_progress")
    assert f"go-on-{begun.pk}" in page
    assert str(begun.task_id) not in page
    assert "ontrol" not in page.replace("Cache-Control", "").replace("form-control", "").replace("aria-controls", "")
    theirs = Assignment.objects.filter(annotator=people.operator).exclude(state="in_progress").count()
    figures = client.get(f"/api/v1/labeling-tasks/{task.pk}/progress").json()
    assert figures["mine"]["done"] == theirs
    assert figures["mine"]["labeling"]["handed_in"] == theirs
    companion = LabelingTask.objects.get(controls_of=task)
    for path in ("", "/progress", "/assignments", "/next"):
        ask = client.post if path == "/next" else client.get
        assert ask(f"/api/v1/labeling-tasks/{companion.pk}{path}").status_code == 404
    listed = client.get("/api/v1/labeling-tasks").json()["items"]
    assert [row["id"] for row in listed] == [str(task.pk)]
    assert not {key for key in keys_of(listed) if any(word in key for word in WORDS)}


def hand_in_one(task, user):
    from annotations.actions import working
    from tests.annotations.qualifying.made import now

    turn = working.next_for(now(task), by=user)
    if turn.task.purpose != "control":
        working.submit(turn, by=user, body={"answers": RIGHT})


def test_what_decides_when_they_come_is_told_nobody(people, client_of):
    task = with_controls(make_plain_task(people), people)
    told = client_of(people.operator).get(f"/api/v1/labeling-tasks/{task.pk}").json()
    assert told["seed"] == task.seed
    assert LabelingTask.objects.get(controls_of=task).seed != task.seed


def test_ids_say_nothing(people):
    """The first 48 bits of an id are its moment: those of control items are of when the others were made."""
    task = make_plain_task(people)
    Assignment.objects.filter(task=task).first()
    with_controls(task, people)
    hand = {"control": set(), "labeling": set()}
    for _n in range(8):
        hand_in_one(task, people.operator)
    for turn in Assignment.objects.filter(annotator=people.operator).select_related("task"):
        hand[turn.task.purpose].add(turn.pk.int >> 80)
    assert hand["control"]
    everything = {pk.int >> 80 for pk in Assignment.objects.filter(task=task).values_list("pk", flat=True)}
    assert hand["control"] <= everything
    items = {pk.int >> 80 for pk in task.items.values_list("pk", flat=True)}
    companion = LabelingTask.objects.get(controls_of=task)
    assert {pk.int >> 80 for pk in companion.items.values_list("pk", flat=True)} <= items
    # The bits between moment and chance count up in ids that are made one after the other; here none are alike.
    turns = [pk.int >> 40 & (1 << 40) - 1 for pk in Assignment.objects.filter(task=task).values_list("pk", flat=True)]
    assert len({bits >> 16 for bits in turns}) == len(turns) > 8


@pytest.mark.parametrize(("action", "state"), [("return", "rework"), ("reject", "cancelled")])
def test_a_check_treats_them_alike(people, client_of, action, state):
    """Who hands in what a rule returns would else see which items never come back."""
    task = with_controls(make_plain_task(people), people)
    heard = {"is_active": True, "action": action, "settings": {"heard": {"is_on": True, "least_percent": 80}}}
    set_checks(task, {"rules": heard}, by=people.administrator)
    loop = Loop(client_of(people.operator), task, user=people.operator)
    told = {"control": [], "labeling": []}
    for _n in range(7):
        _status, handed_out = loop.ask("post", f"labeling-tasks/{task.pk}/next")
        turn = f"assignments/{handed_out['assignment']['id']}"
        said = [loop.ask("post", f"{turn}/submit", {"answers": RIGHT}), loop.ask("get", turn)]
        assert said[0][1]["submission"]["state"] == state
        if action == "return":
            # All of it is heard now, so it stays.
            again = loop.ask("post", f"labeling-tasks/{task.pk}/next")
            assert again[1]["assignment"]["id"] == handed_out["assignment"]["id"]
            again[1]["progress"] = "how far"
            heard_all = {"answers": RIGHT, "listened": [[0, DURATION_MS]], "active_ms": DURATION_MS}
            said += [again, loop.ask("post", f"{turn}/submit", heard_all)]
            assert said[-1][1]["submission"]["state"] == "submitted"
        said[1][1]["progress"] = "how far"
        purpose = Assignment.objects.get(pk=handed_out["assignment"]["id"]).task.purpose
        told[purpose].append(without_moments(said))
    assert told["control"]
    for said in told["control"] + told["labeling"]:
        assert said == told["labeling"][0]
    # None of it is among what managers read of the task, and the first answers were graded.
    assert CheckResult.objects.filter(task=task).count() == len(told["labeling"]) * (2 if action == "return" else 1)
    assert Grade.objects.filter(task=task).count() == len(told["control"])
