"""Files that stay in a store: what becomes of each that is asked for, and that they can be heard from there."""

import hashlib
import threading
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from datasets import reading, storage
from datasets.actions import accept_upload, evaluation_files, refer_to, retry_import
from datasets.actions.references import Wanted
from datasets.jobs import IMPORT, READ_MANY, read_many
from datasets.models import AudioBlob, AudioFile
from datasets.stores import names
from tests.datasets.factories import AudioFileFactory, wav_bytes
from tests.datasets.test_import_killed import long_wav
from tests.evaluations.importing import ask, body_of, entry, statuses
from tests.factories import ApiKeyFactory
from tests.workers import wait_until
from workspaces.jobs import run
from workspaces.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path, settings):
    """The folder behind the store `calls`, which is open to all workspaces."""
    root = tmp_path / "store"
    root.mkdir()
    settings.STORES = names.parse(f"calls={root}", private=Path(django_settings.DATA_DIR))
    return root


def test_a_file_in_a_folder_is_read_and_heard_where_it_lies(v5, folder, media, people, client_of):
    content = wav_bytes(ms=1600)
    (folder / "week").mkdir()
    (folder / "week" / "a.wav").write_bytes(content)

    response = ask(v5, entry("week/a.wav", name="Call 1.wav"))

    assert (response.status_code, statuses(response)) == (200, ["SUCCESS"])
    answer = response.json()["results"][0]["file"]
    audio = AudioFile.objects.select_related("blob").get()
    assert answer == v5.get(f"/v5/files/{audio.pk}").json()
    assert (answer["filename"], answer["size"], answer["mime_type"]) == ("Call 1.wav", len(content), "audio/wav")
    assert answer["md5_checksum"] == hashlib.md5(content, usedforsecurity=False).hexdigest()
    assert (answer["duration_seconds"], answer["status"]) == (2, "ready")
    assert (audio.upload, audio.blob.original) == ("", "calls://week/a.wav")
    # Nothing but what was made of it is ours.
    assert media.names() == [audio.blob.peaks]
    assert body_of(v5.get(f"/v5/files/{audio.pk}/content")) == content
    client = client_of(people.administrator)
    heard = client.get(f"/audio/{audio.pk}/sound", headers={"Range": "bytes=0-3"})
    assert (heard.status_code, body_of(heard), heard["Content-Type"]) == (206, b"RIFF", "audio/wav")
    with storage.scratch() as scratch, storage.local(audio.blob.original, folder=scratch) as copy:
        assert copy.read_bytes() == content


def test_the_web_server_in_front_is_not_asked_for_what_lies_in_a_store(v5, folder, media, settings):
    (folder / "a.wav").write_bytes(wav_bytes())
    file_id = ask(v5, entry("a.wav")).json()["results"][0]["file"]["id"]
    settings.X_ACCEL_PREFIX = "/internal/media/"

    response = v5.get(f"/v5/files/{file_id}/content")

    assert ("X-Accel-Redirect" in response, body_of(response)) == (False, wav_bytes())


def test_every_entry_has_its_own_status_in_the_order_asked(v5, folder, media):
    (folder / "good.wav").write_bytes(wav_bytes())
    (folder / "page.wav").write_bytes(b"<html>no sound</html>")
    (folder / "noise.wav").write_bytes(bytes(range(256)) * 40)
    (folder / "empty.wav").write_bytes(b"")
    (folder / "link.wav").symlink_to("/etc/passwd")

    response = ask(
        v5,
        entry("missing.wav", kind="audio/x-special"),
        entry("good.wav"),
        entry("link.wav"),
        entry("../secret.wav"),
        entry("good.wav", store="nobody"),
        entry("page.wav"),
        entry("empty.wav"),
        entry("noise.wav"),
    )

    assert response.status_code == 207
    assert statuses(response) == [
        "FAILED_FILE_DOES_NOT_EXIST",
        "SUCCESS",
        "FAILED_INVALID_PERMISSIONS",
        "FAILED_INVALID_PERMISSIONS",
        "FAILED_INVALID_PERMISSIONS",
        "FAILED_UNKNOWN_ERROR",
        "FAILED_UNKNOWN_ERROR",
        "SUCCESS",
    ]
    rows = [row["file"] for row in response.json()["results"]]
    assert rows[0] == {
        "object": "failed_file",
        "filename": "missing.wav",
        "mime_type": "audio/x-special",
        "message": "There is no file “missing.wav” in the store “calls”.",
    }
    assert [rows[index]["message"] for index in (4, 5, 6)] == [
        "There is no store “nobody” that this workspace may read.",
        "This is not a sound file: it looks like a web page.",
        "The file is empty.",
    ]
    # What only reading can tell is told by the file.
    assert [(row["status"], bool(row["error"])) for row in (rows[1], rows[7])] == [("ready", False), ("failed", True)]
    assert AudioFile.objects.count() == 2


def test_when_all_fail_it_is_207_too(v5, folder):
    response = ask(v5, entry("a.wav"), entry("b.wav"))

    assert (response.status_code, set(statuses(response))) == (207, {"FAILED_FILE_DOES_NOT_EXIST"})


def test_a_store_of_another_workspace_is_not_there(v5, folder, settings):
    (folder / "a.wav").write_bytes(wav_bytes())
    settings.STORES = names.parse(f"other/calls={folder}", private=Path(django_settings.DATA_DIR))

    assert statuses(ask(v5, entry("a.wav"), entry("a.wav", store="other/calls"))) == ["FAILED_INVALID_PERMISSIONS"] * 2


GOOD = entry("a.wav")


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        (None, ["body", "files"]),
        ([], ["body", "files"]),
        ({}, ["body", "files"]),
        ({"files": {}}, ["body", "files"]),
        ({"files": []}, ["body", "files"]),
        ({"files": [GOOD] * 1001}, ["body", "files"]),
        ({"files": ["a.wav"]}, ["body", "files", 0]),
        ({"files": [GOOD, {**GOOD, "container": 1}]}, ["body", "files", 1, "container"]),
        ({"files": [{**GOOD, "container": ""}]}, ["body", "files", 0, "container"]),
        ({"files": [{**GOOD, "filepath": None}]}, ["body", "files", 0, "filepath"]),
        ({"files": [{**GOOD, "filepath": "x" * 1001}]}, ["body", "files", 0, "filepath"]),
        ({"files": [{**GOOD, "filepath": "a\0b"}]}, ["body", "files", 0, "filepath"]),
        ({"files": [{**GOOD, "filename": "x" * 501}]}, ["body", "files", 0, "filename"]),
        ({"files": [{**GOOD, "file_type": []}]}, ["body", "files", 0, "file_type"]),
        ({"files": [{"container": "calls"}]}, ["body", "files", 0, "filepath"]),
    ],
)
def test_what_is_not_asked_properly_is_422_and_imports_nothing(v5, folder, body, loc):
    (folder / "a.wav").write_bytes(wav_bytes())

    response = v5.post("/v5/files/cloud_imports", body)

    assert (response.status_code, response.json()["detail"][0]["loc"]) == (422, loc)
    assert AudioFile.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "kept"), [("../../a.wav", "a.wav"), ("C:\\calls\\b.wav", "b.wav"), ("///", "///"), ("ü", "ü")]
)
def test_names_lose_the_folders_before_them(v5, folder, media, given, kept):
    (folder / "a.wav").write_bytes(wav_bytes())

    assert ask(v5, entry("a.wav", name=given)).json()["results"][0]["file"]["filename"] == kept


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", 200),
        ("superadmin", 200),
        ("annotation_administrator", 403),
        ("auditor", 403),
        ("operator", 403),
    ],
)
def test_who_may_import(v5_of, people, folder, media, who, status):
    (folder / "a.wav").write_bytes(wav_bytes())
    client = v5_of(ApiKeyFactory(workspace=people.workspace, user=people[who]).plain_secret)

    assert ask(client, entry("a.wav")).status_code == status


def test_what_vanished_or_changed_says_so(v5, folder, media, people, client_of):
    contents = {name: wav_bytes(hz=hz) for name, hz in (("a.wav", 200), ("b.wav", 300), ("c.wav", 400))}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    ids = [row["file"]["id"] for row in ask(v5, *map(entry, contents)).json()["results"]]

    (folder / "a.wav").unlink()
    (folder / "b.wav").write_bytes(contents["b.wav"] + b"more")

    answers = [v5.get(f"/v5/files/{pk}/content") for pk in ids]
    assert [answer.status_code for answer in answers] == [404, 404, 200]
    assert [answer.json()["detail"] for answer in answers[:2]] == [
        "There is no file “a.wav” in the store “calls”.",
        "The file was changed in its store since it was imported. Import it again.",
    ]
    client = client_of(people.administrator)
    assert [client.get(f"/audio/{pk}/sound").status_code for pk in ids] == [404, 404, 200]


def test_what_changed_before_it_was_read_fails_with_a_sentence_and_can_be_read_again(
    real_jobs, v5, folder, media, people
):
    content = wav_bytes()
    (folder / "a.wav").write_bytes(content + b"more")
    ask(v5, entry("a.wav"))
    (folder / "a.wav").write_bytes(content)

    run(str(Job.objects.get(kind=IMPORT).pk))

    audio = AudioFile.objects.get()
    assert (audio.status, audio.upload) == ("failed", "calls://a.wav")
    assert audio.error == "The file was changed in its store since it was imported. Import it again."
    (folder / "a.wav").write_bytes(content + b"more")
    run(str(retry_import(audio, by=people.administrator).pk))
    audio.refresh_from_db()
    assert (audio.status, audio.duration_ms) == ("ready", 200)


def test_a_store_that_is_not_set_up_any_more_says_so(v5, folder, media, settings):
    (folder / "a.wav").write_bytes(wav_bytes())
    file_id = ask(v5, entry("a.wav")).json()["results"][0]["file"]["id"]
    settings.STORES = ()

    response = v5.get(f"/v5/files/{file_id}/content")

    assert response.status_code == 404
    assert response.json()["detail"] == "The store “calls”, in which the file lies, is not set up any more."


def test_deleting_never_deletes_from_a_store(v5, folder, media):
    (folder / "a.wav").write_bytes(wav_bytes())
    file_id = ask(v5, entry("a.wav")).json()["results"][0]["file"]["id"]

    v5.delete(f"/v5/files/{file_id}")

    assert (AudioFile.objects.count(), AudioBlob.objects.count(), media.names()) == (0, 0, [])
    assert (folder / "a.wav").read_bytes() == wav_bytes()


def test_an_upload_of_the_same_bytes_keeps_them_for_good(v5, folder, media, people):
    (folder / "a.wav").write_bytes(wav_bytes())
    file_id = ask(v5, entry("a.wav")).json()["results"][0]["file"]["id"]

    accept_upload(evaluation_files(people.workspace, None), by=None, filename="b.wav", content=[wav_bytes()])
    (folder / "a.wav").unlink()

    blob = AudioBlob.objects.get()
    assert not names.is_reference(blob.original)
    assert media.names() == sorted(blob.files_in_storage)
    assert body_of(v5.get(f"/v5/files/{file_id}/content")) == wav_bytes()


def test_an_upload_that_was_waiting_when_the_same_bytes_came_from_a_store_keeps_them_too(
    real_jobs, v5, folder, media, people
):
    accept_upload(evaluation_files(people.workspace, None), by=None, filename="b.wav", content=[wav_bytes()])
    waiting = Job.objects.get(kind=IMPORT)
    (folder / "a.wav").write_bytes(wav_bytes())
    ask(v5, entry("a.wav"))
    run(str(Job.objects.exclude(pk=waiting.pk).get().pk))

    run(str(waiting.pk))

    blob = AudioBlob.objects.get()
    assert set(AudioFile.objects.values_list("status", "blob")) == {("ready", blob.pk)}
    assert not names.is_reference(blob.original)
    assert media.names() == sorted(blob.files_in_storage)


def many(folder, count):
    for number in range(count):
        (folder / f"{number:03}.wav").write_bytes(wav_bytes(ms=50, hz=200 + number))
    return [entry(f"{number:03}.wav") for number in range(count)]


def test_many_are_read_by_one_job_and_a_broken_one_fails_alone(v5, folder, media):
    entries = many(folder, 40)
    (folder / "007.wav").write_bytes(bytes(range(256)) * 40)

    response = ask(v5, *entries)

    assert (response.status_code, set(statuses(response))) == (200, {"SUCCESS"})
    assert [job.kind for job in Job.objects.all()] == [READ_MANY]
    job = Job.objects.get()
    assert (job.state, job.progress_done, job.progress_total) == ("completed", 40, 40)
    rows = [row["file"] for row in response.json()["results"]]
    assert [row["status"] for row in rows] == ["failed" if n == 7 else "ready" for n in range(40)]
    assert [row["filename"] for row in rows] == [entry_["filename"] for entry_ in entries]


def test_a_job_of_many_goes_on_where_it_was_and_leaves_what_may_have_killed_it_for_the_end(
    real_jobs, v5, folder, media
):
    ask(v5, *many(folder, 32))
    files = list(AudioFile.objects.order_by("id"))
    files[0].start_reading()
    AudioFileFactory(dataset=files[0].dataset)
    files[1].delete()
    order = []
    reading._listeners.append(lambda audio: order.append(audio.pk))
    try:
        job = Job.objects.get()
        run(str(job.pk))
        Job.objects.update(state="pending", claim=None, lease_until=None)
        again = Job.objects.get()
        assert again.take()
        read_many(again)
    finally:
        reading._listeners.pop()

    assert order == [*(audio.pk for audio in files[2:]), files[0].pk]
    assert Job.objects.get().state == "completed"


def test_a_worker_killed_in_the_middle_of_many_ends_with_all_of_them_ready_once(
    real_jobs, workers, media, people, tmp_path, settings
):
    root = tmp_path / "store"
    root.mkdir()
    for number in range(32):
        (root / f"{number}.wav").write_bytes(b"".join(long_wav(1 + number)))
    settings.STORES = names.parse(f"calls={root}", private=Path(django_settings.DATA_DIR))
    wanted = [Wanted("calls", f"{number}.wav", f"{number}.wav") for number in range(32)]
    refer_to(evaluation_files(people.workspace, None), wanted, by=None)

    workers.environment["EARMARK_STORES"] = f"calls={root}"
    workers.start()
    wait_until(lambda: AudioFile.objects.filter(status="ready").count() > 3, what=workers.log)
    workers.kill()
    assert AudioFile.objects.filter(status="ready").count() < 32
    workers.start()
    wait_until(lambda: not Job.objects.live().exists(), seconds=60, what=workers.log)

    assert set(AudioFile.objects.values_list("status", flat=True)) == {"ready"}
    assert AudioBlob.objects.count() == 32
    stored = sorted(name for blob in AudioBlob.objects.all() for name in blob.files_in_storage)
    assert [name for name in media.names() if not name.startswith(("scratch/", "uploads/"))] == stored


def test_no_thread_is_left_behind(v5, folder, media):
    ask(v5, *many(folder, 3))

    left = [thread for thread in threading.enumerate() if thread.name.startswith("earmark-store") and thread.is_alive()]
    for thread in left:
        thread.join(5)
    assert not any(thread.is_alive() for thread in left)
