"""The folder that is the queue where there is no broker: kombu's, but nobody finds half a message in it."""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    # The stubs give the two classes above different names for the second argument.
    def _put(self, queue: str, payload: dict[str, Any], **_kwargs: Any) -> None:  # type: ignore[override]
        """Write the message under a name that no worker looks for, and give it the right one once it is whole.

        Kombu writes under the right name. A worker that looks at that moment reads nothing, and ends over it with
        whatever it was doing.
        """
        # The first part is what workers sort by.
        path = Path(self.data_folder_out, f"{round(time.monotonic() * 1000)}_{uuid4()}.{queue}.msg")
        aside = path.with_name(f"{path.name}.part")
        try:
            aside.write_text(dumps(payload))
            aside.rename(path)
        except OSError as error:
            raise ChannelError(f"Cannot add {path.name} to {path.parent}") from error


class Transport(filesystem.Transport):
    Channel = Channel
