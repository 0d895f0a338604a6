import threading
from queue import Empty

import pytest
from kombu import Connection

import config.celery  # noqa: F401 - names the transport


@pytest.fixture
def channel(tmp_path):
    for folder in ("messages", "control"):
        (tmp_path / folder).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.default_channel


class Looking:
    """A message that looks for itself in the queue while it is being written."""

    def __init__(self, channel):
        self.channel, self.seen = channel, None

    def __json__(self):
        try:
            self.seen = self.channel._get("celery")
        except Empty:
            return "nobody could see it"
        return "it was seen"


def test_nobody_finds_a_message_that_is_not_written_yet(channel):
    channel._put("celery", Looking(channel))
    assert channel._get("celery") == "nobody could see it"


def test_a_worker_that_looks_all_the_time_gets_every_message_whole_and_once(channel):
    sent, taken, ended = [f"{number}" * 200_000 for number in range(10)], [], threading.Event()

    def take():
        while True:
            last_look = ended.is_set()
            try:
                taken.append(channel._get("celery"))
            except Empty:
                if last_look:
                    return

    worker = threading.Thread(target=take)
    worker.start()
    for message in sent:
        channel._put("celery", message)
    ended.set()
    worker.join()
    # Those of one millisecond come in any order.
    assert sorted(taken) == sent


def test_messages_are_counted_and_purged(channel, tmp_path):
    for number in range(3):
        channel._put("celery", number)
    channel._put("other", 4)
    assert channel._size("celery") == 3
    assert channel._purge("celery") == 3
    assert channel._size("other") == 1
    assert len(list((tmp_path / "messages").iterdir())) == 1
