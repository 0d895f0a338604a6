"""A store that is a bucket, or a part of one. Loads boto3, so nobody imports this who needs no bucket."""

import re
from functools import cache
from typing import IO, Any, cast

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError

from datasets.stores.finding import START_BYTES, Forbidden, Found, Missing, StoreTrouble
from datasets.stores.names import parts_of

CONNECT_S, READ_S, TRIES = 3, 15, 2
# As many as one request looks at at once.
CONNECTIONS = 32
_MD5 = re.compile(r"[0-9a-f]{32}")


class BucketStore:
    """Objects of a bucket below a prefix."""

    def __init__(self, client: Any, *, name: str, bucket: str, prefix: str = "") -> None:
        self._client, self._name, self._bucket, self._prefix = client, name, bucket, prefix

    def look(self, path: str) -> Found:
        """One request: a range at the start tells the size as well."""
        key = self._key(path)
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes=0-{START_BYTES - 1}")
            start = answer["Body"].read()
        except ClientError as error:
            if _status(error) == 416:  # there is nothing at its start
                return Found(size=0, md5="", start=b"", version="")
            raise self._trouble(error, path) from error
        except (BotoCoreError, HTTPError) as error:
            raise self._silent(error) from error
        whole = answer.get("ContentRange", "").rpartition("/")[2]
        etag = answer.get("ETag", "").strip('"')
        # Encrypted by a key of its owner, or sent in parts, an object's tag is not its MD5.
        is_md5 = _MD5.fullmatch(etag) and "SSECustomerAlgorithm" not in answer
        is_md5 = is_md5 and not answer.get("ServerSideEncryption", "").startswith("aws:kms")
        size = int(whole) if whole.isdigit() else int(answer["ContentLength"])
        return Found(size=size, md5=etag if is_md5 else "", start=start, version=etag)

    def open(self, path: str, *, start: int = 0, length: int | None = None) -> IO[bytes]:
        end = "" if length is None else str(start + length - 1)
        part = {"Range": f"bytes={start}-{end}"} if start or end else {}
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=self._key(path), **part)["Body"]
        except ClientError as error:
            raise self._trouble(error, path) from error
        except BotoCoreError as error:
            raise self._silent(error) from error
        return cast(IO[bytes], _Body(body, store=self))

    def address(self, path: str, *, parameters: dict[str, str], method: str) -> str | None:
        key = self._key(path)
        address: str = self._client.generate_presigned_url(
            "head_object" if method == "HEAD" else "get_object",
            Params={"Bucket": self._bucket, "Key": key, **parameters},
            ExpiresIn=settings.AWS_QUERYSTRING_EXPIRE,
        )
        return address

    def check(self) -> None:
        prefix = f"{self._prefix}/" if self._prefix else ""
        try:
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, MaxKeys=1)
        except ClientError as error:
            # Reading objects by their names needs no right to list them.
            if _status(error) != 403:
                raise self._trouble(error, "") from error
        except BotoCoreError as error:
            raise self._silent(error) from error

    def _key(self, path: str) -> str:
        try:
            parts = parts_of(path)
        except ValueError:
            raise Forbidden(_("“%(path)s” is not a path inside the store.") % {"path": path[:200]}) from None
        return "/".join([self._prefix, *parts] if self._prefix else parts)

    def _trouble(self, error: ClientError, path: str) -> StoreTrouble:
        names = {"path": path[:200], "store": self._name}
        code = error.response.get("Error", {}).get("Code", "")
        if code == "NoSuchBucket":
            return StoreTrouble(_("The bucket of the store “%(store)s” is not there.") % names)
        if _status(error) == 404:
            return Missing(_("There is no file “%(path)s” in the store “%(store)s”.") % names)
        if _status(error) in (401, 403):
            return Forbidden(_("Earmark may not read “%(path)s” in the store “%(store)s”.") % names)
        return StoreTrouble(_("The store “%(store)s” cannot be read: %(why)s.") % {**names, "why": code or error})

    def _silent(self, error: Exception) -> StoreTrouble:
        why = type(error).__name__
        return StoreTrouble(_("The store “%(store)s” does not answer (%(why)s).") % {"store": self._name, "why": why})


class _Body:
    """An object's bytes as they come, whose troubles are those of stores."""

    def __init__(self, body: Any, *, store: BucketStore) -> None:
        self._body, self._store = body, store

    def read(self, size: int = -1) -> bytes:
        try:
            piece: bytes = self._body.read(None if size < 0 else size)
        except (BotoCoreError, HTTPError) as error:
            raise self._store._silent(error) from error
        return piece

    def close(self) -> None:
        self._body.close()

    def __enter__(self) -> "_Body":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


@cache
def _client(endpoint: str | None, region: str | None) -> Any:
    """One client per process, which all its threads may use; making one takes a tenth of a second."""
    tries: Any = {"total_max_attempts": TRIES, "mode": "standard"}
    config = Config(
        connect_timeout=CONNECT_S,
        read_timeout=READ_S,
        retries=tries,
        max_pool_connections=CONNECTIONS,
        signature_version="s3v4",
        # Servers that speak an older S3 know nothing of these sums.
        response_checksum_validation="when_required",
    )
    return boto3.session.Session().client("s3", endpoint_url=endpoint, region_name=region, config=config)


def named_bucket(*, name: str, bucket: str, prefix: str) -> BucketStore:
    """A bucket of the server that the AWS_ settings name, with the keys they give."""
    client = _client(settings.AWS_S3_ENDPOINT_URL, settings.AWS_S3_REGION_NAME)
    return BucketStore(client, name=name, bucket=bucket, prefix=prefix)


def own_bucket() -> BucketStore:
    """The bucket in which Earmark keeps its own files, where it keeps them in one."""
    ours: Any = default_storage
    return BucketStore(
        ours.connection.meta.client, name=ours.bucket_name, bucket=ours.bucket_name, prefix=ours.location.strip("/")
    )
