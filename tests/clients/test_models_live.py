"""From recordings to detections by a plain HTTP client: the whole way a program goes, on a live server."""

import time

import httpx
import pytest

from tests.detectors.sounds import PAUSE_MS, sound

PAUSES = (4000, 12_000, 22_000)
SECONDS = 34


class Program:
    """What somebody writes in an afternoon who has the contract and nothing of ours."""

    def __init__(self, door):
        self.http = httpx.Client(base_url=f"{door.url}/api/v1", headers={"X-API-Key": door.key}, timeout=60)

    def ask(self, method, path, expected=200, **body):
        answer = self.http.request(method, path, json=body or None)
        assert answer.status_code == expected, answer.text
        return answer.json() if answer.content else None

    def send(self, offer, name, content):
        sent = httpx.post(offer["upload_url"], data=offer["fields"], files={"file": (name, content)}, timeout=60)
        assert sent.status_code == 204, sent.text

    def until(self, path, *states):
        for _ in range(300):
            told = self.ask("GET", path)
            if told["status"] in states:
                return told
            time.sleep(0.1)
        raise AssertionError(told)


@pytest.fixture
def program(door):
    program = Program(door)
    yield program
    program.http.close()


def upload(program, dataset, number, *, pauses=PAUSES):
    content = sound(number, seconds=SECONDS, pauses=pauses)
    asked = {"filename": f"{number}.wav", "content_type": "audio/wav", "file_size": len(content)}
    offer = program.ask("POST", f"{dataset}/audio/upload-url", 201, **asked)
    program.send(offer, f"{number}.wav", content)
    program.ask("POST", f"{dataset}/audio/confirm", audio_id=offer["audio_id"])
    return offer["audio_id"]


def analyse(program, job, number, *, pauses):
    content = sound(number, seconds=SECONDS, pauses=pauses)
    offer = program.ask("POST", f"{job}/files/upload-url", 201, filename="new.wav", file_size_bytes=len(content))
    program.send({**offer, "fields": offer["upload_fields"]}, "new.wav", content)
    program.ask("POST", f"{job}/files/confirm", file_id=offer["file_id"])
    program.until(job, "completed", "failed")
    return program.ask("GET", f"{job}/files/{offer['file_id']}")


def overlapping(file, start_ms):
    return [row for row in file["detections"] if row["start_ms"] < start_ms + PAUSE_MS and row["end_ms"] > start_ms]


def test_a_program_teaches_a_model_and_lets_it_listen(program):
    made = program.ask(
        "POST", "/datasets", 201, name="Calls", artifact_types=[{"name": "long_pause"}, {"name": "echo"}]
    )
    dataset = f"/datasets/{made['id']}"
    audio = [upload(program, dataset, number) for number in range(8)]
    audio.append(upload(program, dataset, 90, pauses=()))
    labels = program.ask("POST", f"{dataset}/annotation-sets", 201)
    rows = [
        {"audio_file_id": pk, "artifact_type": "long_pause", "start_ms": start, "end_ms": start + PAUSE_MS}
        for pk in audio[:8]
        for start in PAUSES
    ]
    program.ask("POST", f"{dataset}/annotation-sets/{labels['id']}/annotations/bulk", 201, annotations=rows)
    asked = {
        "dataset_id": made["id"],
        "annotation_set_id": labels["id"],
        "config": {"artifact_types": ["long_pause"], "epochs": 12},
    }
    program.ask("POST", "/training-jobs", 400, **asked)
    program.ask("POST", f"{dataset}/annotation-sets/{labels['id']}/publish")

    started = program.ask("POST", "/training-jobs", 201, **asked)
    ended = program.until(f"/training-jobs/{started['id']}", "completed", "failed", "cancelled")

    assert (ended["status"], ended["progress"], ended["error_message"]) == ("completed", 1.0, None)
    model = program.ask("GET", f"/models/{ended['model_id']}")
    assert model["artifact_types"] == ["long_pause"]
    figures = [model["metrics"]["overall"], *model["metrics"]["per_type"].values()]
    assert all(0 <= row[name] <= 1 for row in figures for name in ("precision", "recall", "f1"))

    inference = program.ask("POST", "/inference-jobs", 201, model_id=model["id"], config={"threshold": 0.5})
    job = f"/inference-jobs/{inference['id']}"
    planted = analyse(program, job, 31, pauses=(15_000,))
    clean = analyse(program, job, 32, pauses=())
    assert "long_pause" in {row["artifact_type"] for row in overlapping(planted, 15_000)}
    assert clean["detections"] == []

    program.ask("DELETE", dataset, 204)
    program.ask("GET", f"{dataset}/annotation-sets/{labels['id']}", 404)
    assert program.ask("GET", f"/models/{model['id']}")["dataset_deleted"]
    again = analyse(program, job, 31, pauses=(15_000,))
    assert again["detections"] == planted["detections"]
    told = program.ask("GET", job)
    assert (told["total_files"], told["processed_files"], told["failed_files"]) == (3, 3, 0)
    assert told["total_detections"] == sum(file["detection_count"] for file in told["files"])
