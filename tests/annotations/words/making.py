"""Word pools for tests, made the way the product makes them."""

from annotations.actions.creating import AskedQuestion
from annotations.models import Vocabulary
from annotations.words.importing import import_words
from annotations.words.vocabularies import create_vocabulary, draft_of, publish

WORDS = """code,label,facet,family,polarity,arousal,definition,synonyms,opposites
happy,happy,emotion,joy,0.8,0.5,Feeling good.,glad; joyful,sad
calm,calm,emotion,calm,0.4,-0.7,Still inside.,relaxed,tense
sad,sad,emotion,sadness,-0.7,-0.3,Feeling low.,down,
tense,tense,emotion,worry,-0.4,0.6,Under strain.,nervous,
warm,warm,voice,timbre,,,Pleasantly round.,mellow,
"""


def make_pool(workspace, *, by, name="Feelings", words=WORDS) -> Vocabulary:
    """A pool with one published version."""
    pool = create_vocabulary(workspace, name=name, by=by)
    draft = draft_of(pool, by=by)
    import_words(draft, content=words.encode(), filename="words.csv", facet="emotion", by=by)
    publish(draft, by=by)
    return pool


def asked(pool, *, name="Emotions", required=True, **configuration) -> AskedQuestion:
    given = {"vocabulary": str(pool.pk), "facets": ["emotion"], "allow_new": True, "cannot_judge": True}
    return AskedQuestion(type="words", name=name, configuration=given | configuration, required=required)
