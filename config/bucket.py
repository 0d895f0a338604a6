"""Where bytes live when a bucket is named. Apart from `storage.py`, since boto3 costs each process 20 MB."""

from storages.backends.s3 import S3Storage as BaseS3Storage


class S3Storage(BaseS3Storage):
    """S3-compatible storage with private objects and short-lived signed addresses."""

    # The older signature is refused by regions opened since 2014.
    signature_version = "s3v4"
