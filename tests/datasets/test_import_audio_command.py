"""`manage.py import_audio`."""

import pytest
from django.core.management import CommandError, call_command

from datasets.models import AudioFile, Dataset
from tests.datasets.factories import wav_bytes
from tests.factories import UserFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.wav").write_bytes(wav_bytes())
    (tmp_path / "b" / "again.wav").write_bytes(wav_bytes())
    (tmp_path / "b" / "other.wav").write_bytes(wav_bytes(hz=500))
    (tmp_path / ".hidden.wav").write_bytes(wav_bytes(hz=600))
    (tmp_path / ".git" / "inside.wav").write_bytes(wav_bytes(hz=700))
    return tmp_path


def lines(capsys):
    return capsys.readouterr().out.splitlines()


def test_a_folder_comes_in_with_its_folders(media, folder, capsys):
    WorkspaceFactory()
    person = UserFactory()

    call_command("import_audio", folder, dataset="Calls", user=person.email)

    assert lines(capsys) == [
        "a.wav: taken in",
        "b/again.wav: ready, its bytes were here already",
        "b/other.wav: taken in",
        "3 files taken in, 0 not.",
    ]
    rows = AudioFile.objects.order_by("id").values_list("filename", "metadata", "status", "created_by")
    assert list(rows) == [
        ("a.wav", {}, "ready", person.pk),
        ("again.wav", {"folder": "b"}, "ready", person.pk),
        ("other.wav", {"folder": "b"}, "ready", person.pk),
    ]


def test_what_is_refused_is_named_and_does_not_stop_the_others(media, folder, capsys):
    WorkspaceFactory()
    (folder / "letter.wav").write_text("Dear Sir")

    with pytest.raises(SystemExit) as ended:
        call_command("import_audio", folder, dataset="Calls")

    assert ended.value.code == 1
    assert lines(capsys)[-2:] == [
        "letter.wav: refused. This is not a sound file: it looks like text.",
        "3 files taken in, 1 not.",
    ]


def test_waiting_reads_them_here_and_says_how_each_ended(media, folder, capsys, real_jobs):
    WorkspaceFactory()
    (folder / "noise.wav").write_bytes(bytes(range(1, 256)) * 99)

    with pytest.raises(SystemExit):
        call_command("import_audio", folder, dataset="Calls", wait=True)

    assert lines(capsys)[-5:] == [
        "a.wav: ready, 200 ms",
        "again.wav: ready, 200 ms",
        "other.wav: ready, 200 ms",
        "noise.wav: failed. This is not a sound file, or it is damaged so badly that nothing of it can be played.",
        "3 files taken in, 1 not.",
    ]


def test_the_dataset_of_that_name_is_used_again(media, folder):
    workspace = WorkspaceFactory()
    WorkspaceFactory()

    for _ in range(2):
        call_command("import_audio", folder, dataset="Calls", workspace=workspace.slug)

    assert Dataset.objects.get().audio_files.count() == 6


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Name the workspace with --workspace."),
        ({"workspace": "nowhere"}, "There is no workspace “nowhere”."),
        ({"workspace": "speech", "user": "nobody@example.org"}, "There is nobody with the e-mail nobody@example.org."),
    ],
)
def test_what_cannot_be_found_is_said(folder, options, sentence):
    WorkspaceFactory(slug="speech")
    WorkspaceFactory()

    with pytest.raises(CommandError, match=sentence):
        call_command("import_audio", folder, dataset="Calls", **options)


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("import_audio", tmp_path / "absent", dataset="Calls")
