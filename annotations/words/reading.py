"""Words as people write them, and which word of a pool they mean. Pure: no database."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

MAX_WORD = 100
How = Literal["exact", "synonym", "lemma"]

_SEPARATORS = re.compile(r"[,;/\n\r\t]+")
_SPACES = re.compile(r"\s+")
# English adverbs, nouns and plurals, longest first: what ends so may mean the word with the other ending.
_ENDINGS = (
    ("iness", "y"),
    ("ness", ""),
    ("ically", "ic"),
    ("ily", "y"),
    ("ly", ""),
    ("ies", "y"),
    ("es", ""),
    ("s", ""),
)
# "narrating tone" means narrating, "a bit sad" sad.
_BEFORE = (
    "very",
    "quite",
    "rather",
    "slightly",
    "somewhat",
    "really",
    "so",
    "a bit",
    "a little",
    "kind of",
    "a",
    "the",
)
_AFTER = ("tone", "tones", "voice", "sounding", "emotion", "feeling", "manner", "mood")
_SHORTEST = 3


def normalised(text: str) -> str:
    """The word as it is compared and kept: NFKC, small letters, single spaces, a letter or digit at both ends.

    An empty string when there is no word in it. Normalising twice changes nothing.
    """
    before, word = None, text
    while word != before:
        before = word
        word = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
        word = _SPACES.sub(" ", word).strip()
        while word and not _is_kept(word[0]):
            word = word[1:]
        while word and not _is_kept(word[-1]):
            word = word[:-1]
    return word


def _is_kept(letter: str) -> bool:
    """Letters, digits and the marks that belong to letters of some scripts."""
    return unicodedata.category(letter)[0] in "LMN"


def split(text: str) -> list[str]:
    """The words of a cell or of what was typed, parted by comma, semicolon, slash or line: normalised, each once."""
    words = (normalised(part) for part in _SEPARATORS.split(text))
    return list(dict.fromkeys(word for word in words if word))


def lemmas(word: str) -> Iterator[str]:
    """Forms a normalised word may stand for, the nearest first; never the word itself."""
    seen = {word}
    for form in _forms(word):
        if form not in seen and len(form) >= _SHORTEST:
            seen.add(form)
            yield form


def _forms(word: str) -> Iterator[str]:
    bare = word
    for lead in _BEFORE:
        bare = bare.removeprefix(f"{lead} ")
    for tail in _AFTER:
        bare = bare.removesuffix(f" {tail}")
    for form in dict.fromkeys((word, bare)):
        yield form
        yield form.replace("-", " ")
        yield form.replace(" ", "-")
        yield re.sub(r"[ -]", "", form)
        for ending, other in _ENDINGS:
            if form.endswith(ending):
                yield form.removesuffix(ending) + other


@dataclass(frozen=True)
class Reading:
    """What a text came to: codes of words in the order written, the words nobody knows, and how each word was found."""

    codes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    found: dict[str, tuple[str, How]] = field(default_factory=dict)


class Reader:
    """Finds the code that a word means, from each code's words: {code: (words it is called, words that mean the same)}.

    Where a word is claimed twice, the first code in the mapping has it.
    """

    def __init__(self, words: Mapping[str, tuple[Iterable[str], Iterable[str]]]) -> None:
        self._names: dict[str, str] = {}
        self._synonyms: dict[str, str] = {}
        for code, (names, synonyms) in words.items():
            for name in names:
                self._names.setdefault(normalised(name), code)
            for synonym in synonyms:
                self._synonyms.setdefault(normalised(synonym), code)
        for known in (self._names, self._synonyms):
            known.pop("", None)

    def find(self, text: str) -> tuple[str, How] | None:
        """The code that is meant, and how it was found: by its name, a synonym, or a simple change of its ending."""
        word = normalised(text)
        if word in self._names:
            return self._names[word], "exact"
        if word in self._synonyms:
            return self._synonyms[word], "synonym"
        for form in lemmas(word):
            code = self._names.get(form) or self._synonyms.get(form)
            if code:
                return code, "lemma"
        return None

    def read(self, text: str) -> Reading:
        """All words of a text, each code and each unknown word once."""
        reading = Reading()
        for word in split(text):
            found = self.find(word)
            if found is None:
                reading.unknown.append(word)
                continue
            reading.found[word] = found
            if found[0] not in reading.codes:
                reading.codes.append(found[0])
        return reading
