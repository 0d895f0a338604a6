"""Forms by which bytes are sent without a key: signed, for an hour, for one name in storage and so many bytes.

They look like those of S3, so that programs written for one send them as they are. Only `policy` and its signature
count; the other fields are there because such programs name them.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

VALID_FOR = timedelta(hours=1)
SALT = "datasets.uploads"
ALGORITHM = "AWS4-HMAC-SHA256"


class NotGranted(Exception):
    """What was sent is not a form of ours, or not any more. The message is a sentence."""


@dataclass(frozen=True)
class Grant:
    """What a form lets in: one object of at most so many bytes, under this name in storage."""

    key: str
    most_bytes: int


def signed_fields(grant: Grant, *, content_type: str) -> dict[str, str]:
    """The fields to send before the part `file`."""
    now = timezone.now().astimezone(UTC)
    policy = _policy(grant, content_type=content_type, expiration=now + VALID_FOR)
    signature = _signature(policy)
    return {
        "key": grant.key,
        "policy": policy,
        "x-amz-algorithm": ALGORITHM,
        "x-amz-credential": f"earmark/{now:%Y%m%d}/local/s3/aws4_request",
        "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}",
        "x-amz-signature": signature,
        "x-amz-security-token": "none",
        "AWSAccessKeyId": "earmark",
        "signature": signature,
    }


def granted(fields: Mapping[str, str]) -> Grant:
    """What the sent fields let in. Raises NotGranted for a form that was changed, is too old, or is none of ours."""
    policy = fields.get("policy", "")
    signature = fields.get("x-amz-signature") or fields.get("signature", "")
    if not policy or not constant_time_compare(signature, _signature(policy)):
        raise NotGranted(_("The form is not one that was given out here, or it was changed."))
    # Nobody but us can have signed it.
    told: dict[str, Any] = json.loads(base64.b64decode(policy))
    if datetime.fromisoformat(told["expiration"]) <= timezone.now():
        raise NotGranted(_("The form is not valid any more: ask for a new one."))
    if fields.get("key", told["key"]) != told["key"]:
        raise NotGranted(_("The form is for another key."))
    return Grant(told["key"], told["max_size"])


def _policy(grant: Grant, *, content_type: str, expiration: datetime) -> str:
    told = {
        "expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "key": grant.key,
        "max_size": grant.most_bytes,
        "content_type": content_type,
    }
    return base64.b64encode(json.dumps(told).encode()).decode()


def _signature(policy: str) -> str:
    return salted_hmac(SALT, policy, algorithm="sha256").hexdigest()
