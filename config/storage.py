"""Where bytes live: a folder, or S3-compatible storage. The rest of the code uses Django's storage interface."""

from typing import Any

from django.core.files.storage import FileSystemStorage
from storages.backends.s3 import S3Storage as BaseS3Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class FolderStorage(FileSystemStorage):
    """The media folder. Names are made by us and written once: an existing name means the bytes are there already."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_overwrite": True, **kwargs})


class S3Storage(BaseS3Storage):
    """S3-compatible storage with private objects and short-lived signed addresses."""


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names for scripts too: a module's imports are rewritten to the hashed names of what it imports."""

    support_js_module_import_aggregation = True
    manifest_strict = True
