"""Files of labels become a draft: all of them, or nothing at all."""

import json
from uuid import uuid4

import pytest

from datasets.actions import label_import
from datasets.actions.label_import import LabelFile, import_labels
from datasets.formats.audacity import write_labels
from datasets.formats.regions import Region
from datasets.formats.tables import csv_table, json_line
from datasets.models import Annotation, AnnotationSet, AudioFile, ListenedFile
from tests.datasets.factories import (
    AnnotationFactory,
    AnnotationSetFactory,
    ArtifactTypeFactory,
    AudioFileFactory,
    DatasetFactory,
)
from workspaces.errors import Invalid
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db


NAMED = {"filename": "call-1.wav", "artifact_type": "echo", "start_ms": 1, "end_ms": 2}


@pytest.fixture
def dataset():
    made = DatasetFactory()
    for name in ("glitch", "echo"):
        ArtifactTypeFactory(dataset=made, name=name)
    return made


@pytest.fixture
def call(dataset):
    return AudioFileFactory(dataset=dataset, filename="call-1.wav", duration_ms=10_000)


def audacity(name, *rows):
    return LabelFile(name, write_labels([Region(*row) for row in rows], duration_ms=10**9))


def sentences(dataset, *files, **options):
    """Why an import is refused; nothing of it is stored."""
    before = (AuditEvent.objects.count(), dataset.artifact_types.count())
    with pytest.raises(Invalid) as caught:
        import_labels(dataset, files, by=None, **options)
    assert not AnnotationSet.objects.filter(dataset=dataset).exists()
    assert (AuditEvent.objects.count(), dataset.artifact_types.count()) == before
    assert {(loc, kind) for loc, _message, kind in caught.value.problems} == {(("body", "files"), "value_error")}
    return [message for _loc, message, _kind in caught.value.problems]


def stored(made):
    rows = Annotation.objects.filter(annotation_set=made).order_by("audio_file__filename", "start_ms")
    return list(rows.values_list("audio_file__filename", "artifact_type", "start_ms", "end_ms"))


def test_a_label_track_belongs_to_the_recording_it_is_named_after(dataset, call, people):
    AudioFileFactory(dataset=dataset, filename="call-2.wav")

    made = import_labels(
        dataset, [audacity("call-1.txt", (500, 900, "glitch"), (10, 10, "echo"))], by=people.superadmin
    )

    assert (made.state, made.version, made.source) == ("draft", 1, "Imported from call-1.txt")
    assert stored(made) == [("call-1.wav", "echo", 10, 11), ("call-1.wav", "glitch", 500, 900)]
    assert not ListenedFile.objects.exists()
    assert AuditEvent.objects.filter(actor=people.superadmin, verb="start").count() == 1


def test_several_files_of_every_kind_make_one_version(dataset, call):
    other = AudioFileFactory(dataset=dataset, filename="two.flac", duration_ms=5_000)
    grid = '"ooTextFile" "TextGrid" 0 5 <exists> 1 "IntervalTier" "t" 0 5 1 1 2 "echo"'
    files = [
        audacity("call-1.txt", (0, 100, "glitch")),
        LabelFile("two.TextGrid", grid.encode()),
        LabelFile("more.csv", f"audio_file_id,artifact_type,start,end\n{other.pk},glitch,3,4.5\n".encode()),
        LabelFile("last.jsonl", json_line({**NAMED, "start_ms": 5, "end_ms": 9})),
    ]

    made = import_labels(dataset, files, by=None)

    assert made.source == "Imported from call-1.txt, two.TextGrid, more.csv and 1 more"
    assert stored(made) == [
        ("call-1.wav", "glitch", 0, 100),
        ("call-1.wav", "echo", 5, 9),
        ("two.flac", "echo", 1000, 2000),
        ("two.flac", "glitch", 3000, 4500),
    ]


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_what_we_export_is_read_back_exactly(dataset, call, kind):
    origin = AnnotationSetFactory(dataset=dataset)
    for start_ms, extra in ((100, {"note": 'a "b"\n😀'}), (100, {}), (9_000, {"n": [1, None]})):
        AnnotationFactory(
            annotation_set=origin, audio_file=call, start_ms=start_ms, end_ms=10_000, confidence=0.25, extra_data=extra
        )
    names = ("audio_file_id", "audio_file__filename", "artifact_type", "start_ms", "end_ms", "confidence", "extra_data")
    columns = ("audio_file_id", "filename", *names[2:])
    rows = [dict(zip(columns, (str(pk), *rest), strict=True)) for pk, *rest in origin.annotations.values_list(*names)]
    written = {
        "csv": b"".join(csv_table(rows, columns=columns)),
        "jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode(),
    }

    made = import_labels(dataset, [LabelFile(f"set.{kind}", written[kind])], by=None)

    assert made.version == origin.version + 1
    again, before = (sorted(one.annotations.values_list(*names), key=str) for one in (made, origin))
    assert again == before


def test_an_export_of_another_dataset_goes_by_file_names(dataset, call):
    made = import_labels(dataset, [LabelFile("x.jsonl", json_line({**NAMED, "audio_file_id": str(uuid4())}))], by=None)

    assert stored(made) == [("call-1.wav", "echo", 1, 2)]


def test_missing_types_are_added_when_asked(dataset, call, people):
    file = audacity("call-1.txt", (0, 10, "pop"), (10, 20, "hum"), (20, 30, "pop"))

    made = import_labels(dataset, [file], by=people.superadmin, add_types=True)

    types = list(dataset.artifact_types.values_list("name", flat=True))
    assert types == ["glitch", "echo", "pop", "hum"]
    assert len(stored(made)) == 3
    assert AuditEvent.objects.get(verb="update types").data == {"added": ["pop", "hum"]}


def test_listened_recordings_are_marked_also_those_without_a_label(dataset, call):
    AudioFileFactory(dataset=dataset, filename="clean.wav")

    made = import_labels(
        dataset, [audacity("call-1.txt", (0, 10, "echo")), LabelFile("clean.txt", b"")], by=None, listened=True
    )

    marks = made.listened_files.values_list("audio_file__filename", "artifact_types")
    assert sorted(marks) == [("call-1.wav", []), ("clean.wav", [])]


def test_clean_recordings_alone_are_a_version(dataset, call):
    made = import_labels(dataset, [LabelFile("call-1.txt", b"\n")], by=None, listened=True)

    assert stored(made) == []
    assert made.listened_files.count() == 1


def test_every_problem_is_told_with_its_file_and_line(dataset, call):
    files = [
        audacity("call-1.txt", (0, 10, "glitch"), (9_000, 10_002, "echo"), (20, 30, "hum"), (40, 50, "hum")),
        LabelFile("call-1.csv", b"filename,artifact_type,start_ms,end_ms\ncall-1.wav,echo,1,x\n"),
        audacity("nobody.txt", (0, 10, "glitch"), (10, 20, "glitch")),
        LabelFile("notes.docx", b"PK"),
    ]

    assert sentences(dataset, *files) == [
        "call-1.txt, line 2: The dataset has no artifact type “hum”. Choose to add missing types, or rename it.",
        "call-1.txt, line 4: The label ends at 10002 ms, and “call-1.wav” at 10000 ms. Is it the right recording?",
        "call-1.csv, line 2: 'x' is nothing that can stand in the column end_ms.",
        "nobody.txt, line 1: No recording is called “nobody”. Name the file as its recording: call.txt for call.wav.",
        "notes.docx, line 1: Labels are read from files that end in .txt, .textgrid, .jsonl, .csv.",
    ]


def test_of_very_many_problems_twenty_are_told(dataset, call):
    rows = [(20_000 + n, 20_001 + n, "glitch") for n in range(30)]

    told = sentences(dataset, audacity("call-1.txt", *rows))

    assert len(told) == 21
    assert told[-1] == "There are 10 more."


def test_a_name_that_fits_two_recordings_is_refused_with_both(dataset, call):
    AudioFileFactory(dataset=dataset, filename="call-1.mp3")

    (told,) = sentences(dataset, audacity("call-1.txt", (0, 1, "echo")))

    assert told == (
        "call-1.txt, line 1: It could belong to any of “call-1.wav”, “call-1.mp3”. "
        "Send a table that says filename or audio_file_id."
    )
    assert stored(import_labels(dataset, [audacity("call-1.mp3.txt", (0, 1, "echo"))], by=None))[0][0] == "call-1.mp3"


def test_two_recordings_of_one_name_are_told_apart_by_id(dataset, call):
    twin = AudioFileFactory(dataset=dataset, filename="call-1.wav")

    (told,) = sentences(dataset, LabelFile("x.jsonl", json_line(NAMED)))
    (told_by_name,) = sentences(dataset, audacity("call-1.txt", (0, 1, "echo")))
    made = import_labels(dataset, [LabelFile("x.jsonl", json_line({**NAMED, "audio_file_id": str(twin.pk)}))], by=None)

    assert told == "x.jsonl, line 1: 2 recordings are called “call-1.wav”. Name it by its audio_file_id."
    sentence = "2 recordings are called “call-1.wav”. Send a table that says audio_file_id."
    assert told_by_name == f"call-1.txt, line 1: {sentence}"
    assert made.annotations.get().audio_file_id == twin.pk


def test_a_recording_of_another_dataset_is_not_found(dataset, call):
    foreign = AudioFileFactory(filename="foreign.wav")
    row = {"audio_file_id": str(foreign.pk), "artifact_type": "echo", "start_ms": 1, "end_ms": 2}

    (told,) = sentences(dataset, LabelFile("x.jsonl", json_line(row)))

    assert told.endswith(f"The dataset has no recording of the id “{foreign.pk}”. Name it by its filename.")


def test_a_recording_that_is_not_read_yet_has_no_length(dataset):
    AudioFileFactory(dataset=dataset, filename="new.wav", status=AudioFile.Status.PENDING)

    (told,) = sentences(dataset, audacity("new.txt", (0, 1, "echo")))

    assert told.endswith("The recording “new.wav” is not ready. Import its labels when it has been read.")


@pytest.mark.parametrize(("name", "stem"), [("cafe\u0301.wav", "café.txt"), ("a:b?.wav", "a_b_.txt")])
def test_names_are_found_however_a_system_spells_them(dataset, name, stem):
    AudioFileFactory(dataset=dataset, filename=name)

    assert len(stored(import_labels(dataset, [audacity(stem, (0, 1, "echo"))], by=None))) == 1


def test_too_much_is_refused_before_it_is_read(dataset, call, monkeypatch):
    monkeypatch.setattr(label_import, "BYTES_AT_MOST", 100)
    monkeypatch.setattr(label_import, "LABELS_AT_MOST", 2)
    line = (0, 1, "echo")

    assert sentences(dataset) == ["Choose the files with the labels."]
    assert "more than 100 files" in sentences(dataset, *[audacity("call-1.txt")] * 101)[0]
    assert "larger than 100" in sentences(dataset, LabelFile("call-1.txt", b" " * 101))[0]
    assert "more than 2 labels" in sentences(dataset, audacity("call-1.txt", line, line, line))[0]
    assert sentences(dataset, audacity("call-1.txt")) == ["There is no label in these files."]


def test_texts_that_are_no_types_do_not_become_a_thousand_of_them(dataset, call):
    file = audacity("call-1.txt", *[(n, n + 1, f"word {n}") for n in range(101)])

    assert "More than 100 artifact types" in sentences(dataset, file, add_types=True)[0]
