"""Stores: folders and buckets whose sound is used where it lies, as EARMARK_STORES names them.

Nothing in a store is ever written, changed or deleted from here.
"""

from django.conf import settings
from django.utils.translation import gettext as _

from datasets.stores.finding import Forbidden, Found, Missing, Store, StoreTrouble
from datasets.stores.folder import FolderStore
from datasets.stores.names import PATH_LENGTH, StoreRoot, is_reference, reference, split

__all__ = [
    "PATH_LENGTH",
    "Forbidden",
    "Found",
    "Missing",
    "Store",
    "StoreRoot",
    "StoreTrouble",
    "behind",
    "doctor",
    "is_reference",
    "opened",
    "reference",
    "root_for",
]


def root_for(name: str, *, workspace: str) -> StoreRoot:
    """The store of this name that a workspace (its slug) may use: its own before one that is open to all.

    Raises Forbidden for a name that is none, and for a store of another workspace: nobody learns which it is.
    """
    roots: dict[str, StoreRoot] = {root.key: root for root in settings.STORES if root.name == name}
    if found := roots.get(f"{workspace}/{name}") or roots.get(name):
        return found
    raise Forbidden(_("There is no store “%(name)s” that this workspace may read.") % {"name": name[:100]})


def opened(root: StoreRoot) -> Store:
    if root.folder:
        return FolderStore(root)
    from datasets.stores.bucket import named_bucket  # noqa: PLC0415 - boto3 costs 20 MB, and most need none

    return named_bucket(name=root.name, bucket=root.bucket, prefix=root.prefix)


def behind(name: str) -> tuple[Store, str]:
    """The store that a reference names, and the path in it. Raises StoreTrouble when it is not set up any more."""
    key, path = split(name)
    for root in settings.STORES:
        if root.key == key:
            return opened(root), path
    raise Forbidden(_("The store “%(name)s”, in which the file lies, is not set up any more.") % {"name": key})


def doctor() -> str:
    """What `manage.py doctor` says of the stores. Raises StoreTrouble with the first that cannot be read."""
    for root in settings.STORES:
        opened(root).check()
    return ", ".join(f"{root.key} ({root})" for root in settings.STORES) or "none (EARMARK_STORES)"
