"""Keys from files, from results and from answers."""

import pytest

from annotations.models import ItemResult
from annotations.qualifying.key_files import BadFile, read_keys
from annotations.qualifying.keys import from_answers, from_results, listed
from tests.annotations.qualifying.made import RIGHT, WRONG, answer, make_plain_task
from workspaces.errors import Invalid


def test_json_lines_are_read_with_their_lines():
    text = b'\xef\xbb\xbf{"filename": "a.wav", "expected": {"pace": "slow"}}\n\n{"filename": "b.wav", "expected": {}}\n'
    rows, lines = read_keys("keys.jsonl", text)
    assert rows == [
        {"filename": "a.wav", "expected": {"pace": "slow"}},
        {"filename": "b.wav", "expected": {}},
    ]
    assert lines == [1, 3]


def test_csv_has_a_column_per_question():
    text = 'filename,pace,expected.steps,hint\na.wav,slow,3,"two, or three"\nb.wav,,"[1, 2]",\n'
    rows, lines = read_keys("keys.CSV", text.encode())
    assert rows == [
        {"filename": "a.wav", "hint": "two, or three", "expected": {"pace": "slow", "steps": 3}},
        {"filename": "b.wav", "hint": "", "expected": {"steps": [1, 2]}},
    ]
    assert lines == [2, 3]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("k.jsonl", b'{"filename": "a"}\n{oops\n', "k.jsonl, line 2: this is no JSON"),
        ("k.jsonl", b"[]\n", "line 1: a line is an object"),
        ("k.jsonl", b"ok\n\xff\n", "line 2: this is not UTF-8"),
        ("k.jsonl", b"{}\n\0", "line 2: this is not text"),
        ("k.jsonl", b" \n", "k.jsonl is empty"),
        ("k.jsonl", b"[" * 100_000, "line 1: this is no JSON"),
        ("k.csv", b"file,pace\na,b\n", "line 1: there is no column filename"),
        ("k.csv", b"filename,pace\na,b,c\n", "line 2: there are more cells"),
        ("k.csv", b'filename,pace\na,"b', "k.csv, line"),
        ("k.csv", b"", "line 1: there is no column"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(name, content, said):
    with pytest.raises(BadFile, match=said):
        read_keys(name, content)


@pytest.mark.django_db
def test_rows_are_refused_with_their_place(people):
    task = make_plain_task(people, files=2)
    rows = [
        {"filename": "call-0001.wav", "expected": {"pace": "slow"}},
        {"filename": "nope.wav", "expected": {"pace": "slow"}},
        {"filename": "call-0002.wav", "expected": {"pace": "purple"}},
        {"filename": "call-0002.wav", "expected": {}},
        {"filename": "call-0002.wav", "expected": {"mood": "x"}},
        {"audio_file_id": "x", "expected": {"pace": "slow"}},
        {"item_id": str(task.pk), "expected": {"pace": "slow"}},
        3,
        {"filename": "call-0002.wav", "expected": {"pace": "slow"}, "hint": 3},
    ]
    with pytest.raises(Invalid) as found:
        listed(task, rows)
    assert [place[1:] for place, _text, _kind in found.value.problems] == [
        ("items", 1, "filename"), ("items", 2, "expected", "pace"), ("items", 3, "expected"),
        ("items", 4, "expected", "mood"), ("items", 5, "audio_file_id"), ("items", 6, "item_id"), ("items", 7),
        ("items", 8, "hint"),
    ]  # fmt: skip
    [one] = listed(task, rows[:1])
    assert (one.expected, one.duration_ms, one.data) == ({"pace": "slow"}, 10_000, {"Agent": "voice-v3"})


@pytest.mark.django_db
def test_the_surest_results_become_keys(people):
    from django.utils import timezone

    task = make_plain_task(people, files=4)
    for number, (item, confidence) in enumerate(zip(task.items.all(), (0.7, 0.9, 0.95, 1.0), strict=True)):
        state = "disputed" if number == 3 else "agreed"
        ItemResult.objects.create(
            item=item, task=task, position=item.position, state=state, n_answers=3, confidence=confidence,
            values={"pace": {"value": "slow" if number == 2 else "fast", "confidence": confidence}},
            computed_at=timezone.now(),
        )  # fmt: skip
    found = from_results(task, least_confidence=0.8, count=5)
    assert [one.expected for one in found] == [{"pace": "slow"}, {"pace": "fast"}]
    assert len(from_results(task, least_confidence=0.8, count=1)) == 1


@pytest.mark.django_db
def test_the_answers_of_a_person_become_keys(people, other):
    task = make_plain_task(people, files=3)
    answer(task, people.operator, RIGHT)
    answer(task, other, WRONG)
    assert [one.expected for one in from_answers(task, author=None, count=5)] == [RIGHT, WRONG]
    assert [one.expected for one in from_answers(task, author=other, count=5)] == [WRONG]
