"""Telling that a file has been read."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from datasets import reading
from datasets.actions import accept_upload, evaluation_files
from datasets.actions.audio import ask_to_read
from datasets.models import AudioFile, Dataset
from tests.datasets.factories import DatasetFactory, wav_bytes
from tests.factories import UserFactory, WorkspaceFactory
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(monkeypatch):
    """What listeners were told: (name, status) in the order of the ends."""
    seen = []
    monkeypatch.setattr(reading, "_listeners", [lambda audio: seen.append((audio.filename, audio.status))])
    return seen


def test_listeners_hear_of_files_that_are_ready_and_of_those_that_failed(told, media):
    dataset = DatasetFactory()

    accept_upload(dataset, by=None, filename="a.wav", content=[wav_bytes()])
    accept_upload(dataset, by=None, filename="b.wav", content=[b"RIFF\0\0\0\0WAVE" + bytes(500)])

    assert told == [("a.wav", "ready"), ("b.wav", "failed")]


def test_a_file_that_is_given_up_is_told_of(told, media):
    dataset = DatasetFactory()
    audio = AudioFile.objects.create(workspace=dataset.workspace, dataset=dataset, filename="c.wav", upload="gone")

    ask_to_read(audio, workspace=dataset.workspace, by=None, sha256="5" * 64)

    assert told == [("c.wav", "failed")]


def test_a_listener_that_fails_keeps_neither_the_file_nor_the_next_listener(told, media):
    def broken(audio):
        raise ValueError("a bug")

    reading._listeners.insert(0, broken)

    audio = accept_upload(DatasetFactory(), by=None, filename="a.wav", content=[wav_bytes()])

    assert (audio.status, told) == ("ready", [("a.wav", "ready")])


def test_the_dataset_for_evaluations_is_made_once_per_workspace(people):
    mine, again = (evaluation_files(people.workspace, people.administrator) for _ in range(2))
    other = evaluation_files(WorkspaceFactory(), UserFactory())

    assert (mine, mine.name, mine.created_by) == (again, "Evaluation files", people.administrator)
    assert Dataset.objects.filter(purpose="evaluations").count() == 2
    assert other.workspace != mine.workspace
    assert AuditEvent.objects.filter(target_id=mine.pk, verb="create").count() == 1


def test_requests_that_need_it_at_once_get_the_same_one(people):
    def ask():
        try:
            return evaluation_files(people.workspace, None).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = {pool.submit(ask) for _ in range(8)}

    assert len({future.result() for future in found}) == Dataset.objects.count() == 1


def test_sums_and_type_are_told_from_the_bytes(media):
    dataset, content = DatasetFactory(), wav_bytes()

    first = accept_upload(dataset, by=None, filename="a.mp3", content=[content[:50], content[50:]])
    second = accept_upload(dataset, by=None, filename="b", content=[content])

    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    assert [(audio.md5, audio.content_type) for audio in (first, second)] == [(md5, "audio/wav")] * 2
