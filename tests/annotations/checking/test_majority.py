"""Whether most of those who described an item mean the same: asked once all have answered, and shown, no more."""

import json

import pytest

from annotations.models import CheckResult
from tests.annotations.checking.checked import CALM, ask_again, hand_in
from tests.factories import MembershipFactory

HUSHED = {"words": {"terms": ["whispering"]}, "volume": "quiet"}


def reply(*, agrees=True, people=("A", "B"), alias="words", reason="Two of three call it calm.", meaning="calm"):
    row = {"alias": alias, "agrees": agrees, "meaning": meaning, "people": list(people), "reason": reason}
    return json.dumps({"questions": [row]})


@pytest.fixture
def trio(people):
    return [MembershipFactory(workspace=people.workspace, role="operator").user for _ in range(3)]


@pytest.fixture
def task(checked, model):
    return checked(judge={"action": "reject", "settings": {"contradictions": False}}, files=1, overlap=3)


def together():
    return CheckResult.objects.filter(submission=None)


def test_it_is_asked_once_all_have_answered_and_shown_on_the_item(task, trio, model, api, people):
    model.replies = [reply()]
    for person, answers in zip(trio[:2], (CALM, HUSHED), strict=True):
        hand_in(task, person, answers)
    assert model.asked == []

    turns = [hand_in(task, trio[2], CALM)]

    asked = json.loads(model.asked[0]["messages"][1]["content"].split("\n", 1)[1].rsplit("\n", 1)[0])
    assert asked["questions"] == [{"alias": "words", "question": "Words"}]
    assert sorted(asked["people"]) == ["A", "B", "C"]
    assert sorted(answers["words"][0] for answers in asked["people"].values()) == ["calm", "calm", "whispering"]
    assert not any(str(person) in model.asked[0]["messages"][1]["content"] for person in trio)
    result = together().get()
    assert (result.state, result.verdict, result.outcome, result.prompt_version) == (
        "done", "passed", "none", "majority-1",
    )  # fmt: skip
    assert result.findings == [
        {
            "code": "majority", "aliases": ["words"], "sentence": "Two of three call it calm.", "meaning": "calm",
            "agreed": 2, "of": 3,
        }
    ]  # fmt: skip
    assert [turn.state for turn in turns] == ["submitted"]
    sent = api(people.administrator).get(f"/api/v1/assignments/{turns[0].pk}").json()
    assert [(one["code"], one["meaning"]) for one in sent["checks"]] == [("majority", "calm")]


def test_no_majority_is_a_note_and_touches_no_answer(task, trio, model):
    model.replies = [reply(agrees=False, people=(), meaning="", reason="They say different things.")]

    turns = [hand_in(task, person, answers) for person, answers in zip(trio, (CALM, HUSHED, CALM), strict=True)]

    result = together().get()
    assert (result.verdict, result.outcome, result.findings[0]["code"]) == ("found", "flagged", "no_majority")
    for turn in turns:
        turn.refresh_from_db()
    assert {turn.state for turn in turns} == {"submitted"}


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (reply(people=("A",)), "It counts as a majority what is none, or the other way round."),
        (reply(agrees=False), "It counts as a majority what is none, or the other way round."),
        (reply(people=("A", "Z")), "It speaks of people who were not there."),
        (reply(people=("A", "A")), "It speaks of people who were not there."),
        (reply(alias="volume"), "It speaks of other questions than were asked."),
        (reply(meaning=""), "It gives no reason."),
        ('{"questions": []}', "It speaks of other questions than were asked."),
        ('{"questions": [1]}', "It did not keep to the form it was asked for."),
        (reply(people=(["A"], "B")), "It speaks of people who were not there."),
    ],
)
def test_nonsense_about_people_is_not_believed(task, trio, model, said, error):
    model.replies = [said]

    for person in trio:
        hand_in(task, person, CALM)

    result = together().get()
    assert (result.state, result.error, result.findings) == ("waiting", error, [])


def test_what_waits_is_about_the_answers_of_now(task, trio, model):
    model.replies = [(500, {})]
    turns = [hand_in(task, person, CALM) for person in trio]
    type(turns[0]).objects.filter(pk__in=[turn.pk for turn in turns[:2]]).update(state="cancelled", origin="")
    model.replies = [reply()]

    ask_again()

    # One answer is no majority: there is nothing to ask.
    assert len(model.asked) == 1
    assert not together().exists()


def test_scales_alone_are_not_asked_about(task, trio, model):
    for person in trio:
        hand_in(task, person, {"volume": "loud"})

    assert model.asked == []
    assert not together().exists()


def test_the_ready_made_table_names_words_of_the_ready_made_pool(people):
    from annotations.checking.ready_made import CLASHES
    from annotations.models import Term
    from annotations.words.ready_made import add_ready_made

    pool = add_ready_made(people.workspace, by=people.administrator)
    codes = set(Term.objects.filter(version__vocabulary=pool).values_list("code", flat=True))

    assert [word for row in CLASHES for word in row["words"] if word not in codes] == []
