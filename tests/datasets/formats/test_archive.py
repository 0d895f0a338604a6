import hashlib
import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.formats.archive import Archive, Member, check_member_name, safe_name


def build(path):
    with Archive(path) as archive:
        archive.add_bytes("manifest.json", b"{}\n" * 100)
        archive.add_stream("data/שלום.csv", [b"a,b\n", b"", b"1,2\n"])
        archive.add_bytes("audio/call.FLAC", b"\0" * 1_000)
    return archive


def test_members_are_recorded_as_written(tmp_path):
    archive = build(tmp_path / "x.zip")

    assert archive.members == [
        Member("manifest.json", 300, hashlib.sha256(b"{}\n" * 100).hexdigest()),
        Member("data/שלום.csv", 8, hashlib.sha256(b"a,b\n1,2\n").hexdigest()),
        Member("audio/call.FLAC", 1_000, hashlib.sha256(b"\0" * 1_000).hexdigest()),
    ]
    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        assert opened.testzip() is None
        assert opened.namelist() == [member.name for member in archive.members]
        for member in archive.members:
            assert hashlib.sha256(opened.read(member.name)).hexdigest() == member.sha256
            assert opened.getinfo(member.name).external_attr >> 16 == 0o100644


def test_text_is_deflated_and_sound_is_stored(tmp_path):
    build(tmp_path / "x.zip")

    with zipfile.ZipFile(tmp_path / "x.zip") as opened:
        kinds = {info.filename: info.compress_type for info in opened.infolist()}
    assert kinds == {
        "manifest.json": zipfile.ZIP_DEFLATED,
        "data/שלום.csv": zipfile.ZIP_DEFLATED,
        "audio/call.FLAC": zipfile.ZIP_STORED,
    }


def test_the_same_input_gives_the_same_bytes(tmp_path, monkeypatch):
    build(tmp_path / "a.zip")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    build(tmp_path / "b.zip")

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_files_own_time_and_rights_leave_no_trace(tmp_path):
    source = tmp_path / "clip.wav"
    source.write_bytes(b"sound" * 500_000)
    with Archive(tmp_path / "a.zip") as archive:
        archive.add_file("clip.wav", source)
    source.chmod(0o600)
    source.touch()
    with Archive(tmp_path / "b.zip") as archive:
        member = archive.add_file("clip.wav", source)

    assert member == Member("clip.wav", 2_500_000, hashlib.sha256(source.read_bytes()).hexdigest())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_nothing_is_visible_before_the_end(tmp_path):
    with Archive(tmp_path / "x.zip") as archive:
        archive.add_bytes("a.txt", b"a")

        assert not list(tmp_path.glob("*.zip"))

    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path):
    build(tmp_path / "x.zip")
    before = (tmp_path / "x.zip").read_bytes()

    def fail_in_the_middle():
        with Archive(tmp_path / "x.zip") as archive:
            archive.add_bytes("a.txt", b"a")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail_in_the_middle()

    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]
    assert (tmp_path / "x.zip").read_bytes() == before


def test_a_member_that_broke_off_keeps_the_archive_from_appearing(tmp_path):
    def chunks():
        yield b"half"
        raise OSError("gone")

    def go_on_regardless():
        with Archive(tmp_path / "x.zip") as archive:
            with pytest.raises(OSError, match="gone"):
                archive.add_stream("a.txt", chunks())
            archive.add_bytes("b.txt", b"b")

    with pytest.raises(ValueError, match=r"'a\.txt' was not written to its end"):
        go_on_regardless()

    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_or_a_wrong_name_does_no_harm(tmp_path):
    with Archive(tmp_path / "x.zip") as archive:
        with pytest.raises(FileNotFoundError):
            archive.add_file("a.wav", tmp_path / "missing.wav")
        with pytest.raises(ValueError, match="relative"):
            archive.add_bytes("../a.txt", b"")
        archive.add_bytes("b.txt", b"b")

    assert [member.name for member in archive.members] == ["b.txt"]
    assert zipfile.ZipFile(tmp_path / "x.zip").namelist() == ["b.txt"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("a.txt", "a.txt"), ("a.txt", "A.TXT"), ("é", "e\u0301"), ("ß", "SS")],
)
def test_names_that_some_system_holds_for_equal_are_refused(tmp_path, first, second):
    with Archive(tmp_path / "x.zip") as archive:
        archive.add_bytes(first, b"")

        with pytest.raises(ValueError, match="already"):
            archive.add_bytes(second, b"")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../b",
        "./a",
        "a//b",
        "a/",
        "C:x",
        "a\\b",
        "a\nb",
        "a\0",
        "\ud800",
        "x" * 70_000,
    ],
)
def test_unsafe_member_names_are_refused(name):
    with pytest.raises(ValueError, match=r"relative|character|longer"):
        check_member_name(name)


def test_memory_stays_flat(tmp_path):
    tracemalloc.start()
    with Archive(tmp_path / "x.zip") as archive:
        archive.add_stream("big.bin", (bytes(1 << 16) for _ in range(512)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("call-0412.wav", "call-0412.wav"),
        ("C:\\Users\\me\\call.wav", "call.wav"),
        ("../../etc/passwd", "passwd"),
        ("what? a <name>: yes.wav", "what_ a _name__ yes.wav"),
        ("שלום 😀.flac", "שלום 😀.flac"),
        ("cafe\u0301.wav", "café.wav"),
        ("con.wav", "_con.wav"),
        ("LPT1", "_LPT1"),
        ("nul .txt", "_nul.txt"),
        ("console.wav", "console.wav"),
        (".hidden", "_.hidden"),
        ("ends with dots...", "ends with dots"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("tab\there.wav", "tab_here.wav"),
        ("", "file"),
        ("..", "file"),
        ("/", "file"),
        ("\ud800.wav", "_.wav"),
    ],
)
def test_safe_name(filename, name):
    assert safe_name(filename, {}) == name


def test_long_names_keep_their_suffix():
    name = safe_name("音" * 300 + ".flac", {})

    assert name == "音" * 48 + ".flac"


def test_files_that_share_a_name_are_numbered():
    taken = {}

    names = [safe_name(name, taken) for name in ("a.wav", "A.wav", "a.wav", "a-2.wav", "a.mp3", "a", "a")]

    assert names == ["a.wav", "A-2.wav", "a-3.wav", "a-2-2.wav", "a.mp3", "a", "a-2"]


def test_ten_thousand_files_of_one_name_take_no_long_search():
    taken = {}

    assert len({safe_name("audio.wav", taken) for _ in range(10_000)}) == 10_000
    assert taken["audio.wav"] == 10_000


@given(
    st.lists(
        st.text(max_size=12) | st.sampled_from(["a.wav", "A.WAV", "con", "é", "ß", "ss"]),
        max_size=12,
    )
)
def test_names_for_anything_are_safe_and_unlike(filenames):
    taken = {}

    names = [safe_name(filename, taken) for filename in filenames]

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name in names:
            check_member_name(name)
            opened.writestr(name, b"")
    assert len({name.casefold() for name in names}) == len(names)
    assert not any("/" in name or name.startswith(".") or name.endswith((".", " ")) for name in names)
