"""Storing files: whole or not at all, and nothing beside them."""

from datasets import storage


def test_a_second_try_that_keeps_the_same_bytes_leaves_one_file(media):
    with storage.scratch() as folder:
        path = folder / "upload"
        path.write_bytes(b"sound")
        for _ in range(2):
            storage.keep(path, name="audio/one", move=False)

        assert path.read_bytes() == b"sound"
    assert media.names("audio/") == ["audio/one"]


def test_a_second_try_replaces_what_the_first_one_stored(media):
    with storage.scratch() as folder:
        for content in (b"first", b"second"):
            path = folder / "file"
            path.write_bytes(content)
            storage.keep(path, name="audio/one")
        with storage.local("audio/one", folder=folder) as stored:
            assert stored.read_bytes() == b"second"
    assert media.names("audio/") == ["audio/one"]
