"""Which recording of a dataset a label belongs to."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from datasets.formats.archive import safe_name
from datasets.formats.labels import Label
from datasets.models import AudioFile, Dataset

# How much further than its recording a label may reach: lengths in milliseconds are rounded.
ROUNDING_MS = 1
_NAMED_AT_MOST = 3


class NoPlace(Exception):
    """There is no one recording for it. The sentence says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Recording:
    pk: UUID
    filename: str
    duration_ms: int


class Recordings:
    """The recordings of a dataset by their ids, their names, and their names without a suffix."""

    def __init__(self, dataset: Dataset) -> None:
        self._by_id: dict[str, Recording] = {}
        self._by_name: dict[str, list[Recording]] = defaultdict(list)
        self._by_stem: dict[str, list[Recording]] = defaultdict(list)
        self._unready: set[UUID] = set()
        rows = AudioFile.objects.filter(dataset=dataset).order_by("id")
        for pk, filename, duration_ms, status in rows.values_list("pk", "filename", "duration_ms", "status"):
            recording = Recording(pk, filename, duration_ms or 0)
            self._by_id[str(pk)] = recording
            self._by_name[_plain(filename)].append(recording)
            # A label file that we wrote ourselves has a name which every system can hold.
            for stem in {_plain(filename), _stem(filename), _plain(safe_name(_stem(filename), {}))}:
                self._by_stem[stem].append(recording)
            if status != AudioFile.Status.READY:
                self._unready.add(pk)

    def of(self, label: Label, *, file: str) -> Recording:
        """The recording of a label in a file of this name. Raises NoPlace."""
        if label.audio_file_id.lower() in self._by_id:
            recording = self._by_id[label.audio_file_id.lower()]
        elif label.filename:
            recording = _only(self._by_name[_plain(label.filename)], name=label.filename)
        elif label.audio_file_id:
            sentence = _("The dataset has no recording of the id “%(id)s”. Name it by its filename.")
            raise NoPlace(sentence % {"id": label.audio_file_id[:40]})
        else:
            return self.named_as(file)
        return self._readied(recording)

    def named_as(self, file: str) -> Recording:
        """The recording that a file of labels is named after. Raises NoPlace."""
        stem = _stem(file)
        found = self._by_stem[stem]
        if not found:
            sentence = _("No recording is called “%(stem)s”. Name the file as its recording: call.txt for call.wav.")
            raise NoPlace(sentence % {"stem": stem[:80]})
        if len(found) > 1 and len({recording.filename for recording in found}) == 1:
            sentence = _("%(n)d recordings are called “%(name)s”. Send a table that says audio_file_id.")
            raise NoPlace(sentence % {"n": len(found), "name": found[0].filename})
        if len(found) > 1:
            named = ", ".join(f"“{recording.filename}”" for recording in found[:_NAMED_AT_MOST])
            sentence = _("It could belong to any of %(names)s. Send a table that says filename or audio_file_id.")
            raise NoPlace(sentence % {"names": named})
        return self._readied(found[0])

    def _readied(self, recording: Recording) -> Recording:
        if recording.pk in self._unready:
            sentence = _("The recording “%(name)s” is not ready. Import its labels when it has been read.")
            raise NoPlace(sentence % {"name": recording.filename})
        return recording


def _only(found: Iterable[Recording], *, name: str) -> Recording:
    recordings = list(found)
    if not recordings:
        raise NoPlace(_("The dataset has no recording called “%(name)s”.") % {"name": name[:80]})
    if len(recordings) > 1:
        sentence = _("%(n)d recordings are called “%(name)s”. Name it by its audio_file_id.")
        raise NoPlace(sentence % {"n": len(recordings), "name": name[:80]})
    return recordings[0]


def why_it_reaches_out(label: Label, recording: Recording) -> str:
    """The sentence for a label that ends after its recording; empty when it does not."""
    if label.end_ms <= recording.duration_ms + ROUNDING_MS:
        return ""
    sentence = _("The label ends at %(end)d ms, and “%(name)s” at %(length)d ms. Is it the right recording?")
    return sentence % {"end": label.end_ms, "name": recording.filename, "length": recording.duration_ms}


def _plain(name: str) -> str:
    """One spelling of a name: some systems write an accent as a sign of its own."""
    return unicodedata.normalize("NFC", name)


def _stem(name: str) -> str:
    return _plain(name.rpartition(".")[0] or name)
