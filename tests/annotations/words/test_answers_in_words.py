"""Questions that ask for words, their answers, and what free words come to."""

import pytest

from annotations.answers import FormQuestion, clean
from annotations.differences import changes
from annotations.form import form_of
from annotations.labels import word_rows
from annotations.models import Question, WordProposal
from annotations.questions import clean_configuration
from annotations.words import proposing
from annotations.words.resolving import resolver_for
from annotations.words.vocabularies import draft_of, publish
from evaluations.asked import read_configuration
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.words.making import asked, make_pool
from tests.annotations.working import begin
from workspaces.errors import IllegalMove, Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(people):
    return make_pool(people.workspace, by=people.administrator)


def configured(pool, **changes):
    given = {
        "vocabulary": str(pool.pk),
        "facets": ["emotion"],
        "min": 1,
        "max": 2,
        "allow_new": True,
        "cannot_judge": True,
    }
    return clean_configuration("words", given | changes, dataset=None, workspace_id=pool.workspace_id)


def answer(pool, value, *, complete=True, **changes):
    question = FormQuestion("emotions", "words", "Emotions", "", True, configured(pool, **changes))
    return clean((question,), {"emotions": value}, duration_ms=1000, complete=complete).get("emotions")


def test_what_is_left_out_has_a_default(pool):
    given = {"vocabulary": str(pool.pk)}

    assert clean_configuration("words", given, dataset=None, workspace_id=pool.workspace_id) == {
        "vocabulary": str(pool.pk),
        "version": 1,
        "name": "Feelings",
        "facets": ["emotion", "voice"],
        "min": 0,
        "max": 5,
        "allow_new": False,
        "cannot_judge": False,
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"vocabulary": "none"}, "vocabulary"),
        ({"vocabulary": "00000000-0000-0000-0000-000000000000"}, "vocabulary"),
        ({"version": 2}, "version"),
        ({"version": "1"}, "version"),
        ({"version": True}, "version"),
        ({"facets": ["smell"]}, "facets"),
        ({"facets": "emotion"}, "facets"),
        ({"min": -1}, "min"),
        ({"min": 3, "max": 2}, "max"),
        ({"max": 51}, "max"),
        ({"max": 0}, "max"),
        ({"allow_new": "yes"}, "allow_new"),
        ({"cannot_judge": 1}, "cannot_judge"),
    ],
)
def test_a_wrong_configuration_is_named(pool, change, field):
    with pytest.raises(Invalid) as refusal:
        configured(pool, **change)

    assert [loc for loc, _sentence, _kind in refusal.value.problems] == [("body", "configuration", field)]


def test_the_pool_of_another_workspace_is_not_there(pool, people):
    from tests.factories import WorkspaceFactory

    with pytest.raises(Invalid):
        clean_configuration("words", {"vocabulary": str(pool.pk)}, dataset=None, workspace_id=WorkspaceFactory().pk)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"terms": ["calm"]}, {"terms": ["calm"]}),
        ({"terms": ["calm", "calm"]}, {"terms": ["calm"]}),
        ({"terms": ["calm"], "words": []}, {"terms": ["calm"]}),
        ({"words": [" Wooshy! "]}, {"words": ["wooshy"]}),
        ({"words": ["Glad", "CALM", "calmly"]}, None),
        ({"words": ["Glad", "calm"]}, {"terms": ["happy", "calm"]}),
        ({"cannot_judge": True}, {"cannot_judge": True}),
    ],
)
def test_an_answer_is_kept_without_its_empty_parts(pool, value, kept):
    if kept is None:
        with pytest.raises(Invalid, match="at most 2"):
            answer(pool, value)
    else:
        assert answer(pool, value) == kept


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"terms": ["warm"]}, ("terms", 0)),
        ({"terms": ["nobody"]}, ("terms", 0)),
        ({"terms": [1]}, ("terms", 0)),
        ({"terms": "calm"}, ("terms",)),
        ({"words": ["..."]}, ("words", 0)),
        ({"words": [None]}, ("words", 0)),
        ({"words": ["x" * 101]}, ("words", 0)),
        ({"cannot_judge": "yes"}, ("cannot_judge",)),
        ({"cannot_judge": True, "terms": ["calm"]}, ("cannot_judge",)),
        ({"smell": []}, ()),
        (["calm"], ()),
        ({"terms": ["calm", "sad", "happy"]}, ()),
        ({}, ()),
        ({"terms": ["calm"] * 201}, ("terms",)),
    ],
)
def test_a_wrong_answer_is_refused_at_its_place(pool, value, place):
    with pytest.raises(Invalid) as refusal:
        answer(pool, value)

    assert [loc for loc, _sentence, _kind in refusal.value.problems] == [("body", "answers", "emotions", *place)]


def test_free_words_and_giving_up_are_taken_where_they_are_asked_for(pool):
    with pytest.raises(Invalid, match="not in the pool"):
        answer(pool, {"words": ["wooshy"]}, allow_new=False)
    with pytest.raises(Invalid, match="has to be judged"):
        answer(pool, {"cannot_judge": True}, cannot_judge=False)


def test_a_draft_may_have_too_few_or_too_many(pool):
    many = {"terms": ["calm", "sad", "happy"]}

    assert answer(pool, many, complete=False) == many
    assert answer(pool, {"terms": ["calm"]}, complete=False, min=2) == {"terms": ["calm"]}
    assert answer(pool, {}, complete=False) is None
    with pytest.raises(Invalid, match="at least 2"):
        answer(pool, {"terms": ["calm"]}, min=2)


def test_words_are_kept_in_memory(pool, django_assert_num_queries):
    answer(pool, {"terms": ["calm"]})
    question = FormQuestion("emotions", "words", "Emotions", "", True, configured(pool))

    with django_assert_num_queries(0):
        clean((question,), {"emotions": {"terms": ["calm"], "words": ["glad"]}}, duration_ms=1, complete=True)


def test_changes_are_told_word_by_word(pool):
    question = FormQuestion("emotions", "words", "Emotions", "", True, configured(pool))
    found = changes(
        [question], {"emotions": {"terms": ["calm", "sad"]}}, {"emotions": {"terms": ["sad"], "words": ["wooshy"]}}
    )

    assert [(change["kind"], change["before"], change["after"]) for change in found] == [
        ("removed", {"term": "calm"}, None),
        ("added", None, {"word": "wooshy"}),
    ]


@pytest.fixture
def task(people, pool):
    dataset = make_dataset(people.workspace, files=2)
    return make_task(dataset, by=people.administrator, questions=(asked(pool),), review_mode="none")


def hand_in(client_of, task, user, value):
    turn = begin(task, user)
    body = {"answers": {"emotions": value}, "revision": 0}
    return client_of(user).post(f"/api/v1/assignments/{turn.pk}/submit", body, content_type="application/json")


def test_a_new_word_waits_with_its_count(client_of, people, pool, task):
    assert hand_in(client_of, task, people.operator, {"words": ["Wooshy"], "terms": ["calm"]}).status_code == 200
    assert hand_in(client_of, task, people.administrator, {"words": ["wooshy"]}).status_code == 200

    [proposal] = WordProposal.objects.all()
    assert (proposal.word, proposal.facet, proposal.count, proposal.state) == ("wooshy", "emotion", 2, "waiting")


def test_answers_without_new_words_ask_nothing(pool, task, django_assert_num_queries):
    form = form_of(task)

    with django_assert_num_queries(0):
        proposing.count_new_words(form, task.pk, answers={"emotions": {"terms": ["calm"]}}, revision=1)


def test_a_decided_word_resolves_answers_given_before(people, pool):
    proposing.propose(pool, "emotion", {"wooshy": 1, "zoned out": 2, "asdf": 1, "undecided": 1})
    words = {row.word: row for row in WordProposal.objects.select_related("vocabulary")}
    by = people.administrator
    proposing.map_to(words["wooshy"], code="happy", by=by)
    proposing.add(words["zoned out"], values={"family": "weariness"}, by=by)
    proposing.refuse(words["asdf"], by=by)
    resolver = resolver_for(configured(pool))
    found = resolver.resolve({"terms": ["calm"], "words": ["wooshy", "zoned out", "asdf", "undecided"]})

    assert (found.codes, found.unknown) == (("calm", "happy", "zoned-out"), ("asdf", "undecided"))
    assert (resolver.family("zoned-out"), resolver.label("zoned-out")) == ("weariness", "zoned out")
    assert resolver.resolve({"cannot_judge": True}).cannot_judge
    assert resolver.resolve(None).codes == ()


def test_decisions_come_with_the_next_version(people, pool):
    proposing.propose(pool, "emotion", {"wooshy": 1})
    proposal = WordProposal.objects.select_related("vocabulary").get()
    proposing.map_to(proposal, code="happy", by=people.administrator)
    draft = draft_of(pool, by=people.administrator)
    publish(draft, by=people.administrator)

    assert draft.terms.get(code="happy").synonyms == {"en": ["glad", "joyful", "wooshy"]}
    with pytest.raises(IllegalMove):
        proposing.refuse(proposal, by=people.administrator)


def test_a_refused_decision_leaves_no_draft_behind(people, pool):
    proposing.propose(pool, "emotion", {"wooshy": 1})
    proposal = WordProposal.objects.select_related("vocabulary").get()
    with pytest.raises(Invalid):
        proposing.map_to(proposal, code="warm", by=people.administrator)

    assert pool.versions.count() == 1


def test_words_are_rows_of_the_csv(pool):
    question = FormQuestion("emotions", "words", "Emotions", "", True, configured(pool))

    assert list(word_rows(question, {"terms": ["happy"], "words": ["wooshy"]})) == [
        {"mark": 1, "label": "happy", "value": "happy"},
        {"mark": 2, "label": "", "value": "wooshy"},
    ]
    assert list(word_rows(question, {"cannot_judge": True})) == [{"value": "cannot judge"}]


def test_evaluations_do_not_ask_for_words(people, pool):
    question = Question.objects.create(
        workspace=people.workspace, type="words", name="Emotions", configuration=configured(pool)
    )
    problems = []
    given = {"question_id": str(question.pk), "layout": {"main": ["item.text"]}}
    read_configuration(given, alias="emotions", questions={str(question.pk): question}, at=(), problems=problems)

    assert any("asks for words of a pool" in sentence for _loc, sentence, _kind in problems)
