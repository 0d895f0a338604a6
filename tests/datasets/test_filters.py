"""The table of files: orders, filters, search and pages by position."""

import numpy as np
import pytest
from django.http import QueryDict

from datasets.filters import PAGE_ROWS, AudioTable, Wish
from datasets.models import AudioFile
from tests.datasets.factories import AudioBlobFactory, AudioFileFactory, DatasetFactory

pytestmark = pytest.mark.django_db
ORDERS = [f"{sign}{name}" for name in AudioFile.ORDERS for sign in ("", "-")]


@pytest.fixture(scope="module")
def names():
    rng = np.random.default_rng(5)
    return [f"call-{rng.integers(40):02}-{rng.choice(['en', 'DE'])}.wav" for _ in range(75)]


@pytest.fixture
def dataset(names):
    dataset = DatasetFactory()
    blob = AudioBlobFactory(workspace=dataset.workspace)
    rng = np.random.default_rng(6)
    for name in names:
        failed = rng.random() < 0.2
        warnings = [] if failed else [[], [], ["clipped"], ["truncated", "silent"]][rng.integers(4)]
        AudioFileFactory(
            dataset=dataset,
            filename=name,
            blob=None if failed else blob,
            status="failed" if failed else "ready",
            error="It is broken." if failed else "",
            duration_ms=0 if failed else int(rng.integers(5)) * 1000,
            sample_rate=int(rng.choice([8000, 16000])),
            warnings=warnings,
            has_warnings=bool(warnings),
        )
    AudioFileFactory(dataset=DatasetFactory(workspace=dataset.workspace), blob=blob, filename="call-99-en.wav")
    return dataset


def wish(text=""):
    return Wish.from_query(QueryDict(text.lstrip("?")))


def walk(dataset, query, *, link):
    """All rows met when going on from page to page, and the last page's table."""
    rows = []
    while True:
        table = AudioTable(dataset, wish(query))
        rows.append(list(table.rows))
        query = getattr(table, link)
        if not query:
            return rows, table


@pytest.mark.parametrize("order", ORDERS)
def test_pages_show_every_row_once_in_order(dataset, order):
    pages, last = walk(dataset, f"?order={order}", link="next_query")

    expected = list(AudioFile.objects.filter(dataset=dataset).in_order(order))
    assert [row for page in pages for row in page] == expected
    assert [len(page) for page in pages] == [30, 30, 15]

    back, first = walk(dataset, last.previous_query, link="previous_query")
    assert [row for page in reversed(back) for row in page] == expected[:60]
    assert not first.previous_query


@pytest.mark.parametrize("status", ["ready", "failed", "pending"])
@pytest.mark.parametrize("order", ["-added", "filename", "-duration"])
def test_a_status_is_all_that_is_shown(dataset, status, order):
    pages, _ = walk(dataset, f"?status={status}&order={order}", link="next_query")

    assert [row for page in pages for row in page] == list(
        AudioFile.objects.filter(dataset=dataset, status=status).in_order(order)
    )


@pytest.mark.parametrize("warning", ["any", "clipped", "silent", "truncated", "rate_changed"])
def test_warnings_are_found_by_kind(dataset, warning):
    pages, _ = walk(dataset, f"?warning={warning}", link="next_query")

    expected = [
        row
        for row in AudioFile.objects.filter(dataset=dataset).order_by("-id")
        if (row.warnings if warning == "any" else warning in row.warnings)
    ]
    assert [row for page in pages for row in page] == expected


@pytest.mark.parametrize(
    "text", ["call", "-07-", "07-en.wav", "all-07-en", "EN", "de.W", "wav", "ca", "C", "zz", "%", "_", "ü", '"', "'"]
)
@pytest.mark.parametrize("order", ["-added", "filename", "rate"])
def test_a_search_finds_names_that_contain_it(dataset, names, text, order):
    query = Wish(text=text, order=order).query()
    pages, _ = walk(dataset, query, link="next_query")

    found = [row for page in pages for row in page]
    is_found = str.startswith if len(text) < 3 else str.__contains__
    expected = [
        row
        for row in AudioFile.objects.filter(dataset=dataset).in_order(order)
        if is_found(row.filename.lower(), text.lower())
    ]
    assert found == expected


def test_search_and_filters_go_together(dataset):
    table = AudioTable(dataset, wish("?q=call&status=failed"))

    assert len(table.rows) == AudioFile.objects.filter(dataset=dataset, status="failed").count()


def test_a_renamed_file_is_found_by_its_new_name_alone(dataset):
    audio = AudioFile.objects.filter(dataset=dataset).first()
    AudioFile.objects.filter(pk=audio.pk).update(filename="renamed.flac")

    assert [row.pk for row in AudioTable(dataset, wish("?q=renamed")).rows] == [audio.pk]
    assert audio.pk not in [row.pk for row in AudioTable(dataset, Wish(text=audio.filename)).rows]


def test_a_deleted_file_is_not_found(dataset):
    AudioFile.objects.filter(dataset=dataset).delete()

    assert AudioTable(dataset, wish("?q=call")).rows == []


@pytest.mark.parametrize(
    "query",
    [
        "?order=nonsense",
        "?order=--added",
        "?status=x",
        "?warning=x",
        "?after=x",
        "?after=W10",
        "?before=bnVsbA",
        "?after=%00",
        "?q=%00",
    ],
)
def test_what_makes_no_sense_is_as_if_it_were_not_said(dataset, query):
    table = AudioTable(dataset, wish(query))

    assert table.rows == list(AudioFile.objects.filter(dataset=dataset).order_by("-id")[:PAGE_ROWS])


def test_a_cursor_of_another_order_begins_at_the_start(dataset):
    cursor = AudioTable(dataset, wish("?order=filename")).next_query.partition("after=")[2]

    table = AudioTable(dataset, wish(f"?order=duration&after={cursor}"))

    assert table.rows == list(AudioFile.objects.filter(dataset=dataset).in_order("duration")[:PAGE_ROWS])


def test_heads_lead_to_their_order_and_back(dataset):
    heads = {str(head.label): head for head in AudioTable(dataset, wish("?order=-duration&q=call")).heads}

    assert (heads["Length"].query, heads["Length"].direction) == ("?q=call&order=duration", "descending")
    assert (heads["Name"].query, heads["Name"].direction) == ("?q=call&order=filename", "")
    assert heads["Channels"].query == ""
