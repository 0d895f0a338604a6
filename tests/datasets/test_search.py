"""Finding by name: the index behind it."""

import pytest
from django.db import connection

from datasets import search
from datasets.models import AudioFile
from datasets.search import FOUND_AT_MOST, install, mark_of, named_like, prune
from tests.datasets.factories import AudioFileFactory, DatasetFactory

pytestmark = pytest.mark.django_db
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the full-text table is SQLite's")


def found(dataset, text):
    return set(AudioFile.objects.filter(named_like(dataset, text)))


def test_more_than_can_be_listed_are_the_newest(monkeypatch):
    dataset = DatasetFactory()
    files = [AudioFileFactory(dataset=dataset) for _ in range(5)]
    monkeypatch.setattr(search, "FOUND_AT_MOST", 3)

    assert FOUND_AT_MOST == 500
    assert found(dataset, "call") == set(files[2:])


def test_other_datasets_do_not_crowd_out(monkeypatch):
    dataset = DatasetFactory()
    mine = AudioFileFactory(dataset=dataset)
    AudioFileFactory.create_batch(5)
    monkeypatch.setattr(search, "FOUND_AT_MOST", 3)

    assert found(dataset, "call") == {mine}


@pytest.mark.parametrize(
    "text", ["recording-2026-11-20T10:58:50-part-0042.wav", "part-0042", "58:50", "recording", "rding-2026-11-20T"]
)
def test_long_texts_are_found_whole(text):
    dataset = DatasetFactory()
    right = AudioFileFactory(dataset=dataset, filename="recording-2026-11-20T10:58:50-part-0042.wav")
    AudioFileFactory(dataset=dataset, filename="elsewhere-0042.wav")

    assert found(dataset, text) == {right}


def test_deleted_files_do_not_crowd_out(monkeypatch):
    dataset = DatasetFactory()
    left = AudioFileFactory(dataset=dataset)
    AudioFile.objects.filter(pk__in=[AudioFileFactory(dataset=dataset).pk for _ in range(5)]).delete()
    monkeypatch.setattr(search, "FOUND_AT_MOST", 3)

    assert found(dataset, "call") == {left}


@on_sqlite
def test_names_of_deleted_files_are_forgotten(monkeypatch):
    dataset = DatasetFactory()
    left = AudioFileFactory(dataset=dataset)
    AudioFile.objects.filter(pk__in=[AudioFileFactory(dataset=dataset).pk for _ in range(3)]).delete()
    monkeypatch.setattr(search, "PRUNED_AT_ONCE", 2)

    assert (prune(), prune()) == (3, 0)
    assert found(dataset, "call") == {left}


@on_sqlite
def test_installing_again_changes_nothing():
    dataset = DatasetFactory()
    audio = AudioFileFactory(dataset=dataset)

    install()

    assert found(dataset, audio.filename) == {audio}


@on_sqlite
def test_a_lost_index_is_filled_again():
    dataset = DatasetFactory()
    audio = AudioFileFactory(dataset=dataset)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {search.TABLE}")
    assert found(dataset, audio.filename) == set()

    install()

    assert found(dataset, audio.filename) == {audio}


@on_sqlite
def test_the_mark_of_a_dataset_is_the_same_in_sql():
    dataset = DatasetFactory()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {search._mark_sql('%s')}".replace("%s", f"'{dataset.pk.hex}'"))
        assert cursor.fetchone()[0] == mark_of(dataset)
