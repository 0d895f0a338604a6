"""Stores: what the setting may say, and what can be reached in them."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from datasets import stores
from datasets.stores import names
from tests.datasets.object_store import object_store
from workspaces import health

PRIVATE = Path("/var/lib/earmark")


def parse(text):
    return names.parse(text, private=PRIVATE)


def test_folders_and_buckets_for_all_and_for_one():
    found = parse(" calls=/srv/calls , lab/archive=s3://Big.bucket/a/b/,whole=s3://bucket ")

    assert [(root.key, str(root), root.workspace) for root in found] == [
        ("calls", "/srv/calls", ""),
        ("lab/archive", "s3://Big.bucket/a/b", "lab"),
        ("whole", "s3://bucket", ""),
    ]
    assert parse("") == parse(" , ") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("calls", "cannot be read at “calls”"),
        ("=/srv", "cannot be read at “=/srv”"),
        ("a/b/c=/srv", "cannot be read at “a/b/c=/srv”"),
        ("/a=/srv", "cannot be read at “/a=/srv”"),
        ("a b=/srv", "cannot be read at “a b=/srv”"),
        ("calls=", "neither an absolute folder nor s3://"),
        ("calls=srv/calls", "neither an absolute folder nor s3://"),
        ("calls=https://host/x", "neither an absolute folder nor s3://"),
        ("calls=s3://", "no bucket"),
        ("calls=s3://a", "no bucket"),
        ("a=/srv/a,b=/srv/b,a=/srv/c", "names the store “a” twice"),
        ("all=/", "where Earmark keeps its own data"),
        ("all=/var/lib", "where Earmark keeps its own data"),
        ("own=/var/lib/earmark/media", "where Earmark keeps its own data"),
        ("own=/srv/../var/lib/earmark", "where Earmark keeps its own data"),
    ],
)
def test_what_the_setting_may_not_say(text, sentence):
    with pytest.raises(ValueError, match="EARMARK_STORES") as refusal:
        parse(text)

    assert sentence in str(refusal.value)


def test_a_wrong_setting_stops_the_start_with_its_sentence(tmp_path):
    environment = {**os.environ, "EARMARK_STORES": "calls=here", "EARMARK_DATA_DIR": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"

    run = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"], env=environment, capture_output=True, text=True
    )

    assert run.returncode == 1
    assert run.stderr.strip().endswith("the place “here”, which is neither an absolute folder nor s3://.")


def test_a_process_without_buckets_does_not_load_their_library(tmp_path):
    code = (
        "import django, sys; django.setup()\nfrom datasets import stores\nimport config.urls\n"
        "stores.opened(stores.root_for('calls', workspace='lab')).look('a.wav')\nprint('boto3' in sys.modules)"
    )
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "a.wav").write_bytes(b"RIFF")
    environment = {**os.environ, "EARMARK_STORES": f"calls={tmp_path}/store", "EARMARK_DATA_DIR": f"{tmp_path}/data"}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "AWS_STORAGE_BUCKET_NAME": ""}

    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)

    assert (run.stderr, run.stdout) == ("", "False\n")


def test_a_store_of_one_workspace_is_none_for_others(settings):
    settings.STORES = parse("calls=/srv/all,lab/calls=/srv/lab,lab/secret=/srv/secret")

    assert stores.root_for("calls", workspace="lab").folder == "/srv/lab"
    assert stores.root_for("calls", workspace="other").folder == "/srv/all"
    assert stores.root_for("secret", workspace="lab").folder == "/srv/secret"
    for name, workspace in (("secret", "other"), ("lab/secret", "other"), ("nothing", "lab"), ("", "lab"), ("/", "")):
        with pytest.raises(stores.Forbidden, match="There is no store"):
            stores.root_for(name, workspace=workspace)


@pytest.fixture
def folder(tmp_path, settings):
    """The folder of a store with a file, and a secret beside it that must not be reached."""
    root = tmp_path / "store"
    (root / "inner").mkdir(parents=True)
    (root / "inner" / "a.wav").write_bytes(b"RIFF" + bytes(5000))
    (root / "..odd..name").write_bytes(b"odd")
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (root / "link.wav").symlink_to(tmp_path / "secret.wav")
    (root / "inside.wav").symlink_to(root / "inner" / "a.wav")
    (root / "out").symlink_to(tmp_path)
    os.mkfifo(root / "pipe.wav")
    settings.STORES = names.parse(f"calls={root}", private=PRIVATE)
    return root


@pytest.fixture
def store(folder, settings):
    return stores.opened(settings.STORES[0])


def test_what_is_in_a_folder_is_found_and_opened(store):
    found = store.look("inner/a.wav")

    assert (found.size, found.md5, found.start) == (5004, "", b"RIFF" + bytes(4092))
    with store.open("inner/a.wav", start=2) as file:
        assert file.read(4) == b"FF\0\0"
    assert store.look("..odd..name").size == 3
    assert store.address("inner/a.wav", parameters={}, method="GET") is None


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("inner/b.wav", stores.Missing),
        ("inner", stores.Missing),
        ("inner/a.wav/x", stores.Missing),
        ("x" * 300, stores.Missing),
        ("pipe.wav", stores.Missing),
        ("../secret.wav", stores.Forbidden),
        ("inner/../../secret.wav", stores.Forbidden),
        ("inner/./a.wav", stores.Forbidden),
        ("/etc/passwd", stores.Forbidden),
        ("//etc/passwd", stores.Forbidden),
        ("inner//a.wav", stores.Forbidden),
        ("inner/", stores.Forbidden),
        ("", stores.Forbidden),
        ("inner/a.wav\0", stores.Forbidden),
        ("link.wav", stores.Forbidden),
        ("inside.wav", stores.Forbidden),
        ("out/secret.wav", stores.Forbidden),
    ],
)
def test_nothing_outside_of_a_folder_is_reached(store, path, trouble):
    with pytest.raises(stores.StoreTrouble) as refusal:
        store.look(path)

    assert type(refusal.value) is trouble
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("path", ["link.wav", "inside.wav", "out/secret.wav"])
def test_a_link_is_called_one(store, path):
    with pytest.raises(stores.Forbidden, match=f"“{path}” in the store “calls” is a symbolic link, or behind one"):
        store.look(path)


@pytest.fixture
def unprivileged():
    """Nothing is forbidden to root, so for a moment the test is somebody else."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    yield
    os.seteuid(was)


def test_what_may_not_be_read_is_forbidden(store, folder, unprivileged):
    if os.getuid() != 0:
        (folder / "inner" / "a.wav").chmod(0)

    # As somebody else not even the folder around it can be entered.
    with pytest.raises(stores.Forbidden, match=r"Earmark may not read “inner/a\.wav” in the store “calls”\."):
        store.look("inner/a.wav")


def test_a_folder_that_is_away_is_a_trouble_of_the_store(settings, tmp_path):
    settings.STORES = names.parse(f"calls={tmp_path}/nowhere", private=PRIVATE)

    with pytest.raises(health.Problem, match="Correct EARMARK_STORES") as problem:
        health.CHECKS["stores"]()

    assert f"The folder {tmp_path}/nowhere of the store “calls” cannot be read" in str(problem.value)


def test_the_doctor_names_the_stores(folder, settings):
    assert health.CHECKS["stores"]() == f"calls ({folder})"
    settings.STORES = ()
    assert health.CHECKS["stores"]() == "none (EARMARK_STORES)"


@pytest.fixture(scope="module")
def outside():
    with object_store() as running:
        yield running


@pytest.fixture
def cloud(outside, settings, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    settings.AWS_S3_ENDPOINT_URL, settings.AWS_S3_REGION_NAME = outside.address, "us-east-1"
    settings.STORES = names.parse(f"calls=s3://{outside.bucket}/in", private=PRIVATE)
    return stores.opened(settings.STORES[0])


def test_what_is_in_a_bucket_is_found_with_its_sum(outside, cloud):
    outside.put("in/deep/a.wav", b"RIFF" + bytes(5000))
    outside.put("in/empty.wav", b"")

    found = cloud.look("deep/a.wav")

    assert (found.size, found.start) == (5004, b"RIFF" + bytes(4092))
    assert found.md5 == hashlib.md5(b"RIFF" + bytes(5000), usedforsecurity=False).hexdigest()
    assert cloud.look("empty.wav").size == 0
    with cloud.open("deep/a.wav", start=2, length=3) as file:
        assert file.read() == b"FF\0"


def test_troubles_in_a_bucket_are_told_apart(outside, cloud, settings):
    for key in ("secret.wav", "broken.wav"):
        outside.put(f"in/{key}", b"RIFF")
    outside.put("other.wav", b"RIFF")
    outside.answers.update({"/in/secret.wav": 403, "/in/broken.wav": 500})

    kinds = {}
    for path in ("secret.wav", "broken.wav", "missing.wav", "../other.wav"):
        with pytest.raises(stores.StoreTrouble) as refusal:
            cloud.look(path)
        kinds[path] = type(refusal.value)

    outside.answers.clear()
    assert kinds == {
        "secret.wav": stores.Forbidden,
        "broken.wav": stores.StoreTrouble,
        "missing.wav": stores.Missing,
        "../other.wav": stores.Forbidden,
    }
    settings.STORES = names.parse("calls=s3://no-such-bucket", private=PRIVATE)
    with pytest.raises(health.Problem, match="The bucket of the store “calls” is not there"):
        health.CHECKS["stores"]()


def test_a_server_that_is_down_is_a_trouble_of_the_store(cloud, settings):
    settings.AWS_S3_ENDPOINT_URL = "http://127.0.0.1:9"

    with pytest.raises(stores.StoreTrouble, match="does not answer") as refusal:
        stores.opened(settings.STORES[0]).look("a.wav")

    assert type(refusal.value) is stores.StoreTrouble


def test_the_doctor_looks_into_buckets(cloud, outside):
    assert health.CHECKS["stores"]() == "calls (s3://outside/in)"
