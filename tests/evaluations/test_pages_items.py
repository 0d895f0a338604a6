"""The Items tab, and the page of one row."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import LabelingTask
from datasets.models import AudioFile
from evaluations.beginning import begin
from evaluations.views import items as item_views
from tests.evaluations.factories import layout, make_evaluation, make_files, make_question, task_of
from tests.evaluations.pages import ANSWERS, answer, every_kind, skip, text, url


@pytest.fixture
def manager(client_of, people):
    return client_of(people.annotation_administrator)


@pytest.fixture
def evaluation(people):
    return every_kind(people.workspace, by=people.administrator, rows=4)


def positions(client, evaluation, query=""):
    return [int(n) for n in re.findall(r'id="open-(\d+)"', text(client.get(url(evaluation, f"items/{query}"))))]


def row_of(html, item):
    return html.split(f'id="item-{item.pk}"')[1].split("</tr>")[0]


def item_url(evaluation, position=1):
    return url(evaluation, f"items/{evaluation.items.get(position=position).pk}/")


def test_each_row_shows_its_data_files_and_answers(manager, people, evaluation):
    answer(evaluation, people.operator)
    skip(evaluation, people.operator)

    html = text(manager.get(url(evaluation, "items/")))
    first, second, third = (row_of(html, item) for item in evaluation.items.order_by("position")[:3])

    shown = re.findall(r'class="clip (?:short|answer)" title="([^"]*)"', first)
    assert [unescape(one) for one in shown] == [
        "call 1",
        "call-00001.wav",
        "0:01.250, 0:09.600",
        "good",
        "4 of 5",
        "2.5",
        "The name is said wrongly.",
        '{"voice": "clear", "polite": true, "turns": 3, "remark": "s…',
    ]
    assert re.findall(r'<span class="pill [^"]+">(\w+)<', second) == ["skipped"] * 6
    assert re.findall(r'<span class="pill [^"]+">(\w+)<', third) == ["waits"] * 6


def test_what_waits_for_its_review_alone_says_so(manager, people, evaluation):
    LabelingTask.objects.update(review_mode="full")
    answer(evaluation, people.operator)

    html = text(manager.get(url(evaluation, "items/")))
    first, second = (row_of(html, item) for item in evaluation.items.order_by("position")[:2])

    assert re.findall(r'<span class="pill ([^"]+)">([^<]+)<', first) == [("pill-accent", "in review")] * 6
    assert re.findall(r'<span class="pill ([^"]+)">([^<]+)<', second) == [("pill-quiet", "waits")] * 6


def test_rows_are_found_by_status(manager, people):
    files = make_files(people.workspace, 3) + make_files(people.workspace, 1, status=AudioFile.Status.PENDING)
    evaluation = make_evaluation(
        people.workspace, by=people.administrator, data=[{}] * 4, files=[{"audio": str(audio.pk)} for audio in files]
    )
    assert positions(manager, evaluation, "?status=pending") == [1, 2, 3, 4]
    AudioFile.objects.filter(pk=files[3].pk).update(status=AudioFile.Status.FAILED, error="This is no sound.")
    assert begin(evaluation.pk)
    answer(evaluation, people.operator, {"marks": [1]})
    skip(evaluation, people.operator)

    found = {one: positions(manager, evaluation, f"?status={one}") for one in ("", *item_views.ROW_STATES, "odd")}

    assert found == {
        "": [1, 2, 3, 4],
        "pending": [3],
        "completed": [1],
        "skipped": [2],
        "failed": [4],
        "odd": [1, 2, 3, 4],
    }
    evaluation.items.filter(position=3).delete()
    assert "No row like that" in text(manager.get(url(evaluation, "items/?status=pending&after=3")))


def test_the_filter_and_the_progress_count_alike(manager, people, evaluation):
    answer(evaluation, people.operator)
    skip(evaluation, people.operator)

    html = text(manager.get(url(evaluation)))
    shown = {word: int(n) for word, n in re.findall(r">(done|waiting) (\d+)<", html)}

    found = {one: len(positions(manager, evaluation, f"?status={one}")) for one in ("completed", "skipped", "pending")}
    assert shown == {"done": found["completed"] + found["skipped"], "waiting": found["pending"]}


def test_pages_go_on_by_position_in_both_directions(manager, people, monkeypatch):
    monkeypatch.setattr(item_views, "PAGE", 2)
    evaluation = make_evaluation(people.workspace, by=people.administrator, rows=5)

    assert positions(manager, evaluation) == [1, 2]
    assert positions(manager, evaluation, "?after=2") == [3, 4]
    assert positions(manager, evaluation, "?after=4") == [5]
    assert positions(manager, evaluation, "?before=5") == [3, 4]
    html = text(manager.get(url(evaluation, "items/?after=2")))
    assert re.findall(r'id="(?:back|next)" href="([^"]+)"', html) == ["?status=&before=3", "?status=&after=4"]
    assert positions(manager, evaluation, "?after=x") == [1, 2]


def test_long_values_are_cut_and_many_keys_left_out(manager, people):
    data = [{f"key {n}": "word " * 500 for n in range(9)}]
    evaluation = make_evaluation(people.workspace, by=people.administrator, data=data)

    html = text(manager.get(url(evaluation, "items/")))

    assert re.findall(r'<span class="clip short" title="([^"]+)">', html) == [f"key {n}" for n in range(4)]
    assert len(html) < 20_000
    assert html.count("word word") <= 100


# One row


def test_a_row_shows_every_answer_with_who_gave_it(manager, people, evaluation):
    turn = answer(evaluation, people.operator)

    html = text(manager.get(item_url(evaluation)))
    shown = re.findall(r"<dd>(.+?)</dd>", html.split('class="answers"')[1].split("</dl>")[0], re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in shown]

    assert words == [
        "0:01.250 , 0:09.600",
        "good",
        "4 of 5",
        "2.5",
        "The name is said wrongly.",
        "voice clear polite true turns 3 remark short",
    ]
    assert f'href="/w/speech-lab/assignments/{turn.pk}/"' in html
    assert "Annotation operator" in html
    assert "1 min" in html


def test_marks_stand_with_the_recording_they_are_in(manager, people):
    one, two = make_files(people.workspace, 2)
    asked = layout("item.text", "item.files.agent")
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        data=[{"text": "a"}],
        files=[{"agent": str(one.pk), "caller": str(two.pk)}],
        tasks=[task_of(make_question(people.workspace), layout=asked)],
    )
    answer(evaluation, people.operator, {"marks": [700, 1250]})

    html = text(manager.get(item_url(evaluation)))
    first, second = html.split('class="panel recording"')[1:]

    assert f'data-recording="{one.pk}"' in first
    assert 'data-length="10000"' in first
    assert re.findall(r'data-mark="(\d+)"', first) == ["700", "1250"]
    assert f'data-recording="{two.pk}"' in second
    assert "data-mark=" not in second


def test_what_the_annotator_sees_is_laid_out_with_the_rows_values(manager, people):
    asked = {
        "direction": "column",
        "children": [
            {"data": "item.call.agent", "label": "Who <speaks>"},
            {"direction": "row", "children": [{"data": "item.files.audio"}, {"data": "item.nothing"}]},
            {"data": "item.first"},
        ],
    }
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        data=[{"call": {"agent": "Ada"}}, {"nothing": "there"}],
        tasks=[
            task_of(make_question(people.workspace, "rating"), alias="first"),
            task_of(make_question(people.workspace, "free_text"), alias="second", layout=asked),
        ],
    )
    answer(evaluation, people.operator, {"first": 3})

    html = text(manager.get(item_url(evaluation)))
    seen = html.split("What the annotator sees")[1].split("</details>")[0]
    pieces = [re.sub(r"<[^>]*>?", " ", f"<{part}") for part in seen.split('class="layout-part"')[1:]]

    assert [" ".join(part.split()) for part in pieces] == [
        "audio audio",
        "Who &lt;speaks&gt; Ada",
        "audio audio",
        "nothing not in this row",
        "first 3",
    ]
    assert "layout column" in seen


def test_a_row_with_a_file_that_cannot_be_read_says_why(manager, people):
    audio = make_files(people.workspace, 1, status=AudioFile.Status.PENDING)[0]
    evaluation = make_evaluation(people.workspace, by=people.administrator, data=[{}], files=[{"audio": str(audio.pk)}])
    assert "It is still being read." in text(manager.get(item_url(evaluation)))
    AudioFile.objects.filter(pk=audio.pk).update(status=AudioFile.Status.FAILED, error="This is no sound.")
    begin(evaluation.pk)

    html = text(manager.get(item_url(evaluation)))

    assert "cannot be read: This is no sound." in re.search(r'role="alert">([^<]+)<', html).group(1)
    assert '<span class="pill pill-warn">failed</span>' in html


def test_rows_lead_to_their_neighbours(manager, people, evaluation):
    def links(position):
        html = text(manager.get(item_url(evaluation, position)))
        return dict(re.findall(r'id="(previous|following)" href="([^"]+)"', html))

    assert links(1) == {"following": item_url(evaluation, 2)}
    assert links(2) == {"previous": item_url(evaluation, 1), "following": item_url(evaluation, 3)}
    assert links(4) == {"previous": item_url(evaluation, 3)}


def test_a_row_is_found_in_its_own_evaluation_alone(manager, people, evaluation):
    other = make_evaluation(people.workspace, by=people.administrator, rows=1)

    assert manager.get(url(evaluation, f"items/{other.items.get().pk}/")).status_code == 404


def test_a_row_costs_the_same_however_much_is_answered(manager, people, evaluation):
    answer(evaluation, people.operator, {})
    answer(evaluation, people.operator, {**ANSWERS, "marks": list(range(0, 9000, 100))})

    def queries(position):
        with CaptureQueriesContext(connection) as caught:
            text(manager.get(item_url(evaluation, position)))
        return len(caught)

    queries(1)
    assert queries(2) == queries(1)
