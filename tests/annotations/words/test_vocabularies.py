"""What is done to word pools."""

import pytest
from django.core.exceptions import PermissionDenied

from annotations.models import Term, VocabularyVersion
from annotations.words import vocabularies as verbs
from annotations.words.exporting import csv_lines
from annotations.words.importing import COLUMNS, import_words
from annotations.words.pool import pool_of, term_values
from annotations.words.ready_made import add_ready_made
from tests.annotations.words.making import WORDS, make_pool
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(people):
    return make_pool(people.workspace, by=people.administrator)


@pytest.fixture
def draft(pool, people):
    return verbs.start_draft(pool, by=people.administrator)


def codes(version):
    return sorted(version.terms.filter(is_active=True).values_list("code", flat=True))


def test_the_first_version_is_published_with_symmetric_opposites(pool):
    found = pool_of(pool.pk, 1)

    assert sorted(found.terms) == ["calm", "happy", "sad", "tense", "warm"]
    assert found.terms["tense"].opposites == ("calm",)
    assert found.contradictions(["happy", "tense", "calm"]) == [("tense", "calm")]


def test_a_draft_begins_with_the_words_there_are(draft):
    assert draft.number == 2
    assert codes(draft) == ["calm", "happy", "sad", "tense", "warm"]


def test_there_is_one_draft(pool, draft, people):
    with pytest.raises(IllegalMove):
        verbs.start_draft(pool, by=people.administrator)


def test_a_published_version_never_changes(pool, people):
    version = pool.versions.get()

    with pytest.raises(IllegalMove):
        verbs.put_term(version, values={"label": "wild", "facet": "emotion"}, by=people.administrator)
    with pytest.raises(IllegalMove):
        verbs.publish(version, by=people.administrator)
    assert "wild" not in pool_of(pool.pk, 1).terms


def test_two_who_publish_at_once_publish_once(draft, people):
    again = VocabularyVersion.objects.select_related("vocabulary").get(pk=draft.pk)
    verbs.publish(draft, by=people.administrator)

    with pytest.raises(IllegalMove):
        verbs.publish(again, by=people.administrator)
    assert AuditEvent.objects.filter(target_id=draft.pk, verb="publish").count() == 1


def test_opposites_are_kept_symmetric(draft, people):
    verbs.put_term(draft, code="happy", values={"opposites": ["tense"]}, by=people.administrator)

    opposites = {row.code: row.opposites for row in draft.terms.all()}
    assert (opposites["happy"], opposites["sad"], opposites["tense"]) == (["tense"], [], ["calm", "happy"])


def test_a_word_that_was_published_is_kept_for_old_answers(pool, draft, people):
    verbs.put_term(draft, values={"label": "wild", "facet": "emotion"}, by=people.administrator)
    for code in ("wild", "calm"):
        verbs.remove_term(draft, code=code, by=people.administrator)
    verbs.publish(draft, by=people.administrator)

    found = pool_of(pool.pk, 2)
    assert "wild" not in found.terms
    assert found.terms["calm"].is_active is False
    assert [term.code for term in found.offered(["emotion"])] == ["happy", "sad", "tense"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"facet": "emotion"}, "label"),
        ({"label": "...", "facet": "emotion"}, "label"),
        ({"label": "wild", "facet": "smell"}, "facet"),
        ({"label": "wild", "facet": "emotion", "polarity": 2}, "polarity"),
        ({"label": "wild", "facet": "emotion", "arousal": "much"}, "arousal"),
        ({"label": "wild", "facet": "emotion", "opposites": ["nobody"]}, "opposites"),
        ({"label": "Happy", "facet": "emotion"}, "code"),
        ({"label": "wild", "facet": "emotion", "synonyms": ["Glad"]}, "synonyms"),
        ({"label": "wild", "facet": "emotion", "locale": "!"}, "locale"),
        ({"label": "wild", "facet": "emotion", "code": "a b"}, "code"),
        ({"label": "wild", "facet": "emotion", "family": "x" * 61}, "family"),
        ({"label": "wild", "facet": "emotion", "opposites": ["wild"], "code": "wild"}, "opposites"),
    ],
)
def test_what_is_no_word_is_refused_at_its_field(draft, people, values, field):
    with pytest.raises(Invalid) as refusal:
        verbs.put_term(draft, values=values, by=people.administrator)

    assert [loc for loc, _sentence, _kind in refusal.value.problems] == [("body", field)]
    assert draft.terms.count() == 5


def test_an_empty_draft_is_not_published(people):
    made = verbs.create_vocabulary(people.workspace, name="Empty", by=people.administrator)

    with pytest.raises(IllegalMove):
        verbs.publish(verbs.draft_of(made, by=people.administrator), by=people.administrator)


def test_a_name_is_taken_once(pool, people):
    with pytest.raises(Invalid):
        verbs.create_vocabulary(people.workspace, name="Feelings", by=people.administrator)


def test_an_archived_pool_takes_no_draft(pool, people):
    verbs.archive(pool, by=people.administrator)

    with pytest.raises(IllegalMove):
        verbs.start_draft(pool, by=people.administrator)
    verbs.restore(pool, by=people.administrator)
    with pytest.raises(IllegalMove):
        verbs.restore(pool, by=people.administrator)


def test_a_draft_is_thrown_away(pool, draft, people):
    verbs.discard_draft(draft, by=people.administrator)

    assert [version.number for version in pool.versions.all()] == [1]


def test_who_labels_changes_no_pool(draft, people):
    with pytest.raises(PermissionDenied):
        verbs.put_term(draft, values={"label": "wild", "facet": "emotion"}, by=people.operator)


def test_languages_are_merged_into_the_words_there_are(draft, people):
    german = "code,label,synonyms,locale\nhappy,glücklich,froh; heiter,de\ncalm,ruhig,,de\n"
    done = import_words(draft, content=german.encode(), filename="de.csv", facet="", by=people.administrator)

    happy = term_values(draft.terms.get(code="happy"))
    assert (done.added, done.changed) == (0, 2)
    assert happy.labels == {"en": "happy", "de": "glücklich"}
    assert happy.synonyms == {"en": ["glad", "joyful"], "de": ["froh", "heiter"]}
    assert happy.definition == "Feeling good."


def test_a_plain_list_becomes_words(draft, people):
    done = import_words(
        draft, content=b"# mine\nwild, Fierce\n\nhappy\n", filename="a.txt", facet="emotion", by=people.administrator
    )

    assert (done.added, done.changed) == (2, 0)
    assert codes(draft) == ["calm", "fierce", "happy", "sad", "tense", "warm", "wild"]


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (
            b"label,facet\nwild,smell\nok,emotion\n,emotion\n",
            ["a.csv, line 2: “smell” is none of the facets: emotion, voice.", "a.csv, line 4: Give the word."],
        ),
        (
            b"label,color\nwild,red\n",
            [f"a.csv, line 1: Unknown columns: color. There are {', '.join(COLUMNS)}."],
        ),
        (b"label,facet,synonyms\nwild,emotion,glad\n", ["a.csv, line 2: “glad” would mean both “happy” and “wild”."]),
        (b"label,facet,opposites\nwild,emotion,tame\n", ["a.csv, line 2: There is no word “tame” in the pool."]),
        (b"label,facet\nwild,emotion,3\n", ["a.csv, line 2: There are more cells than columns."]),
        (
            b"label,facet,polarity,arousal\nwild,emotion,-0.5,high\n",
            ["a.csv, line 2: arousal: Give a number from -1 to 1, or nothing."],
        ),
        (b"\xff\xfe", ["a.csv: This is no text in UTF-8. Save it as UTF-8 and try again."]),
        (b"", ["a.csv: There is no word in it."]),
    ],
)
def test_what_a_file_has_wrong_is_said_with_its_line(draft, people, content, problems):
    with pytest.raises(Invalid) as refusal:
        import_words(draft, content=content, filename="a.csv", facet="", by=people.administrator)

    assert [sentence for _loc, sentence, _kind in refusal.value.problems] == problems
    assert draft.terms.count() == 5


def test_what_is_written_out_reads_in_the_same(draft, people):
    before = {row.code: term_values(row) for row in draft.terms.all()}
    text = "".join(csv_lines(before.values()))
    other = verbs.create_vocabulary(people.workspace, name="Other", by=people.administrator)
    copy = verbs.draft_of(other, by=people.administrator)
    import_words(copy, content=text.encode(), filename="out.csv", facet="", by=people.administrator)

    assert {row.code: term_values(row) for row in copy.terms.all()} == before


def test_a_long_import_asks_little(draft, people, django_assert_max_num_queries):
    lines = "".join(f"word{number}\n" for number in range(500))

    with django_assert_max_num_queries(15):
        import_words(draft, content=lines.encode(), filename="a.txt", facet="emotion", by=people.administrator)


def test_the_ready_made_pool_is_added_published(people):
    made = add_ready_made(people.workspace, by=people.administrator)

    found = pool_of(made.pk, 1)
    assert len(found.terms) == Term.objects.filter(version__vocabulary=made).count() >= 220
    assert found.reader(["emotion"]).read("Joyous, laid-back; furious").codes == ["joyful", "relaxed", "furious"]
    with pytest.raises(Invalid):
        add_ready_made(people.workspace, by=people.administrator)


def test_words_stay_the_same_when_read_in_twice(draft, people):
    done = import_words(draft, content=WORDS.encode(), filename="a.csv", facet="", by=people.administrator)

    assert (done.added, done.changed) == (0, 0)
