"""Where bytes live on one machine. The rest of the code uses Django's storage interface, so `bucket.py` serves as well."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage, MissingFileError


class FolderStorage(FileSystemStorage):
    """The media folder. Names are made by us and written once: an existing name means the bytes are there already."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_overwrite": True, **kwargs})


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names for scripts too: a module's imports are rewritten to the hashed names of what it imports."""

    support_js_module_import_aggregation = True
    manifest_strict = True

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str | None, bool | MissingFileError]]:
        """Compress what is new: a hashed name never gets other content. That makes the second time ten times as quick."""
        yield from super().compress_files([path for path in paths if not self.exists(f"{path}.gz")])
