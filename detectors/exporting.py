"""What a model found, as files that other programs open."""

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from datasets.formats.archive import safe_name
from datasets.formats.audacity import write_labels
from datasets.formats.regions import Region
from datasets.formats.tables import csv_table
from detectors.models import InferenceFile, InferenceJob

FORMATS = ("json", "csv", "audacity")
COLUMNS = ("file_id", "original_filename", "artifact_type", "start_ms", "end_ms", "confidence")


@dataclass(frozen=True)
class Export:
    """A finished file, in pieces of bytes."""

    filename: str
    content_type: str
    pieces: Iterable[bytes]


def exported(inference: InferenceJob, kind: str) -> Export:
    """The detections of all completed files, as one of FORMATS.

    JSON names every file with its state, CSV has a row for each detection. Audacity gets a label track for each
    completed file: one text where there is one, a ZIP archive of them else.
    """
    files = list(inference.files.exclude(state=InferenceFile.State.PENDING).order_by("id"))
    stem = f"{safe_name(inference.model_name, {})}-{str(inference.pk)[:8]}"
    if kind == "json":
        return Export(f"{stem}.json", "application/json", [_as_json(inference, files)])
    if kind == "csv":
        return Export(f"{stem}.csv", "text/csv; charset=utf-8", csv_table(_rows(files), columns=COLUMNS))
    tracks = [file for file in files if file.detections is not None]
    if len(tracks) == 1:
        return Export(f"{stem}.txt", "text/plain; charset=utf-8", [_labels(tracks[0])])
    return Export(f"{stem}.zip", "application/zip", [_archive(tracks)])


def _as_json(inference: InferenceJob, files: Iterable[InferenceFile]) -> bytes:
    about = {
        "inference_job_id": str(inference.pk),
        "model_id": str(inference.model_uuid),
        "model_name": inference.model_name,
        "config": inference.config,
        "files": [
            {
                "file_id": str(file.pk),
                "audio_id": str(file.audio_file_id) if file.audio_file_id else None,
                "original_filename": file.original_filename,
                "duration_ms": file.duration_ms,
                "status": file.state,
                "error_message": file.error or None,
                "detections": file.detections,
            }
            for file in files
        ],
    }
    return json.dumps(about, ensure_ascii=False, indent=2).encode() + b"\n"


def _rows(files: Iterable[InferenceFile]) -> Iterable[dict[str, Any]]:
    for file in files:
        for found in file.detections or ():
            yield {"file_id": str(file.pk), "original_filename": file.original_filename, **found}


def _labels(file: InferenceFile) -> bytes:
    found = file.detections or []
    regions = [Region(row["start_ms"], row["end_ms"], row["artifact_type"]) for row in found]
    return write_labels(regions, duration_ms=file.duration_ms or max((row["end_ms"] for row in found), default=0))


def _archive(files: Iterable[InferenceFile]) -> bytes:
    """Label tracks are small: a thousand of them fit in memory with ease."""
    taken: dict[str, int] = {}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(safe_name(f"{file.original_filename}.txt", taken), _labels(file))
    return whole.getvalue()
