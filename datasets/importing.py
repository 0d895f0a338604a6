"""A folder of files into a dataset: what is in it, and each file as it was taken in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from datasets.actions import accept_upload
from datasets.models import AudioFile, Dataset
from workspaces.errors import Invalid
from workspaces.models import User

PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Imported:
    """One file of the folder: its row, or the sentence that says why it was refused."""

    path: Path
    audio: AudioFile | None = None
    refusal: str = ""


def files_in(folder: Path) -> Iterator[Path]:
    """All files below a folder in the order of their paths; hidden ones, and those in hidden folders, are left out."""
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from files_in(entry)
        elif entry.is_file():
            yield entry


def import_folder(folder: Path, *, dataset: Dataset, by: User | None) -> Iterator[Imported]:
    """Take in every file below a folder, one by one; a file that is refused does not stop the others."""
    for path in files_in(folder):
        inside = path.parent.relative_to(folder).as_posix()
        try:
            audio = accept_upload(
                dataset,
                by=by,
                filename=path.name,
                content=_pieces(path),
                metadata=None if inside == "." else {"folder": inside},
            )
        except Invalid as refusal:
            yield Imported(path, refusal=str(refusal))
        except OSError as error:
            yield Imported(path, refusal=error.strerror or str(error))
        else:
            yield Imported(path, audio=audio)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
