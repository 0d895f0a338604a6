"""The pool that comes with Earmark: English words for emotions and voices, written for it."""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.models import Vocabulary
from annotations.words.importing import import_words
from annotations.words.vocabularies import create_vocabulary, draft_of, publish
from workspaces.models import User, Workspace

FILE = Path(__file__).with_name("ready_made.csv")
NAME = "Emotions and voices"


@transaction.atomic
def add_ready_made(workspace: Workspace, *, by: User, name: str = "") -> Vocabulary:
    """The ready-made pool as one of the workspace's own, published. Raises Invalid where the name is taken."""
    description = _("English words for emotions and for voices, with families, synonyms and opposites.")
    made = create_vocabulary(workspace, name=name or NAME, description=description, by=by)
    draft = draft_of(made, by=by)
    import_words(draft, content=FILE.read_bytes(), filename=FILE.name, facet="", by=by)
    publish(draft, by=by)
    return made
