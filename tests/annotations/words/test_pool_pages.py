"""The pages of word pools, as a manager uses them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.models import Vocabulary, WordProposal
from annotations.words import proposing
from annotations.words.vocabularies import start_draft
from tests.annotations.words.making import WORDS, make_pool
from tests.callers import statuses

pytestmark = pytest.mark.django_db
POOLS = "/w/speech-lab/word-pools/"
MANAGERS = (200, 200, 200, 403, 403, 404, 302)
DONE = (302, 302, 302, 403, 403, 404, 302)


@pytest.fixture
def manager(client_of, people):
    return client_of(people.annotation_administrator)


@pytest.fixture
def pool(people):
    return make_pool(people.workspace, by=people.administrator)


@pytest.fixture
def proposal(pool):
    proposing.propose(pool, "emotion", {"wooshy": 3})
    return WordProposal.objects.get()


def read(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def errors(html):
    return re.findall(r"<li>([^<]+)</li>", "".join(re.findall(r'class="errors".*?</ul>', html, re.S)))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("", MANAGERS),
        ("{pool}/", MANAGERS),
        ("{pool}/?version=1", MANAGERS),
        ("{pool}/queue/", MANAGERS),
        ("{pool}/1.csv", MANAGERS),
        ("{pool}/2.csv", (404, 404, 404, 403, 403, 404, 302)),
        ("{pool}/?version=9", (404, 404, 404, 403, 403, 404, 302)),
    ],
)
def test_who_sees_the_pages(client_of, people, pool, page, expected):
    address = POOLS + page.format(pool=pool.pk)

    assert statuses(lambda who: client_of(people[who]).get(address)) == expected


@pytest.mark.parametrize(
    ("page", "sent", "expected"),
    [
        ("", {"ready": "1"}, DONE),
        ("", {"name": "Own"}, DONE),
        ("", {"name": ""}, (422, 422, 422, 403, 403, 404, 302)),
        ("{pool}/move/", {"move": "draft"}, DONE),
        ("{pool}/move/", {"move": "archive"}, DONE),
        ("{pool}/move/", {"move": "describe", "name": "Other"}, DONE),
        ("{pool}/move/", {"move": "publish"}, (409, 409, 409, 403, 403, 404, 302)),
        ("{pool}/move/", {"move": "dance"}, (409, 409, 409, 403, 403, 404, 302)),
        ("{pool}/words/", {"label": "wild", "facet": "emotion"}, (409, 409, 409, 403, 403, 404, 302)),
        ("{pool}/queue/{proposal}/", {"do": "add", "family": "noise"}, DONE),
        ("{pool}/queue/{proposal}/", {"do": "map", "means": "Happy"}, DONE),
        ("{pool}/queue/{proposal}/", {"do": "refuse"}, DONE),
        ("{pool}/queue/{proposal}/", {"do": "map", "means": "nobody"}, (422, 422, 422, 403, 403, 404, 302)),
    ],
)
def test_whose_posts_do_something(client_of, people, pool, proposal, page, sent, expected):
    address = POOLS + page.format(pool=pool.pk, proposal=proposal.pk)

    assert statuses(lambda who: client_of(people[who]).post(address, sent)) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [(1, (200, 200, 200, 200, 200, 404, 302)), (2, (404, 404, 404, 404, 404, 404, 302))]
)
def test_everybody_of_the_workspace_may_search_the_words(client_of, people, pool, number, expected):
    address = f"/word-pools/{pool.pk}/{number}/en.json"

    assert statuses(lambda who: client_of(people[who]).get(address)) == expected


def test_the_words_for_searching_never_change(manager, pool):
    response = manager.get(f"/word-pools/{pool.pk}/1/de.json")

    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert [term["code"] for term in response.json()["terms"]] == ["calm", "happy", "sad", "tense", "warm"]
    assert response.json()["terms"][1] == {
        "code": "happy",
        "label": "happy",
        "facet": "emotion",
        "family": "joy",
        "definition": "Feeling good.",
        "synonyms": ["glad", "joyful"],
        "opposites": ["sad"],
        "active": True,
    }


def test_an_empty_list_says_how_to_begin(manager):
    html = read(manager, POOLS)

    assert "No word pool yet" in html
    assert "Add the ready-made pool" in html


def test_the_ready_made_pool_is_there_with_one_click(manager):
    response = manager.post(POOLS, {"ready": "1"}, follow=True)

    html = response.content.decode()
    assert "Emotions and voices" in html
    assert "Add the ready-made pool" not in read(manager, POOLS)
    assert manager.post(POOLS, {"ready": "1"}).status_code == 409


def test_words_are_found_by_synonym_and_family(manager, pool):
    assert re.findall(r"<strong>(\w+)</strong>", read(manager, f"{POOLS}{pool.pk}/?q=GLAD")) == ["happy"]
    assert re.findall(r"<strong>(\w+)</strong>", read(manager, f"{POOLS}{pool.pk}/?q=worry")) == ["tense"]
    assert re.findall(r"<strong>(\w+)</strong>", read(manager, f"{POOLS}{pool.pk}/?facet=voice")) == ["warm"]
    assert "No word like that" in read(manager, f"{POOLS}{pool.pk}/?q=zzz")


def test_a_word_is_added_changed_and_taken_out(manager, pool, people):
    draft = start_draft(pool, by=people.administrator)
    words = f"{POOLS}{pool.pk}/words/"
    fields = {"label": "wild", "facet": "emotion", "synonyms": "unruly, fierce", "opposites": "Calm"}
    assert manager.post(words, fields).status_code == 302
    assert (draft.terms.get(code="wild").opposites, draft.terms.get(code="calm").opposites) == (
        ["calm"],
        ["tense", "wild"],
    )
    assert 'value="unruly, fierce"' in read(manager, f"{POOLS}{pool.pk}/?edit=wild")

    assert manager.post(words, {**fields, "code": "wild", "label": "wilder", "opposites": ""}).status_code == 302
    assert draft.terms.get(code="wild").labels == {"en": "wilder"}
    assert manager.post(words, {"remove": "wild"}).status_code == 302
    assert not draft.terms.filter(code="wild").exists()


def test_a_wrong_word_is_told_at_its_field(manager, pool, people):
    start_draft(pool, by=people.administrator)
    html = manager.post(
        f"{POOLS}{pool.pk}/words/", {"label": "wild", "facet": "emotion", "opposites": "nobody"}
    ).content.decode()

    assert errors(html) == ["There is no word “nobody” in the pool."]


def test_a_file_is_read_in_or_said_what_is_wrong(manager, pool, people):
    draft = start_draft(pool, by=people.administrator)
    address = f"{POOLS}{pool.pk}/import/"
    bad = SimpleUploadedFile("mine.csv", b"label,facet\nwild,smell\n")
    good = SimpleUploadedFile("mine.txt", b"wild\nfierce\n")

    html = manager.post(address, {"file": bad, "facet": "emotion"}).content.decode()
    assert errors(html) == ["mine.csv, line 2: “smell” is none of the facets: emotion, voice."]
    assert manager.post(address, {"file": good, "facet": "emotion"}).status_code == 302
    assert draft.terms.count() == 7


def test_the_export_is_what_was_read_in(manager, pool):
    response = manager.get(f"{POOLS}{pool.pk}/1.csv")
    text = b"".join(response.streaming_content).decode()

    assert text.splitlines()[0] == WORDS.splitlines()[0] + ",locale"
    assert text.splitlines()[1] == "calm,calm,emotion,calm,0.4,-0.7,Still inside.,relaxed,tense,en"


def test_a_word_that_means_nothing_named_is_asked_for(manager, pool, proposal):
    html = manager.post(f"{POOLS}{pool.pk}/queue/{proposal.pk}/", {"do": "map", "means": " "}).content.decode()

    assert errors(html) == ["Name the word of the pool that it means."]


def test_the_queue_tells_who_decided_what(manager, pool, proposal):
    html = read(manager, f"{POOLS}{pool.pk}/queue/")
    assert "written 3 times" in html
    manager.post(f"{POOLS}{pool.pk}/queue/{proposal.pk}/", {"do": "map", "means": "happy"})

    html = read(manager, f"{POOLS}{pool.pk}/queue/")
    assert "No new word waits" in html
    assert "means the same as another: happy" in html


@pytest.mark.parametrize("n", [1, 3])
def test_a_longer_list_asks_no_more(manager, people, django_assert_max_num_queries, n):
    for number in range(n):
        make_pool(people.workspace, by=people.administrator, name=f"Pool {number}")

    with django_assert_max_num_queries(10):
        read(manager, POOLS)
    assert Vocabulary.objects.count() == n
