"""The shape of CLESC, a dataset of speech described by a crowd and by experts: a row per clip, a cell per person.

Toloka, Crowd Labeled Emotions and Speech Characteristics (2024). There cells are texts that look like Python; here they
are JSON objects. Pure: no Django.
"""

from typing import Final

SCALES: Final = {
    "pace": ("slow", "normal", "fast", "variable"),
    "pitch": ("low", "medium", "high", "variable"),
    "volume": ("quiet", "medium", "loud", "variable"),
}
# Beside the scale, not on it.
ESCAPE: Final = "variable"
# What is described with words of a pool: the alias is the facet too.
WORDS: Final = ("emotion", "voice")
ALIASES: Final = (*SCALES, *WORDS)
# A task that asks for fewer of them is something else.
LEAST = 2
CROWD, EXPERT = "Crowd_Worker", "Expert"
AUDIO, SOURCE, INDEX = "audio", "source_dataset", "__index_level_0__"
WORKER = "worker_id"


def columns(*, n_crowd: int, n_experts: int) -> tuple[str, ...]:
    """The columns of a table with so many cells per row."""
    crowd = (f"{CROWD}_{n}" for n in range(1, n_crowd + 1))
    experts = (f"{EXPERT}_{n}" for n in range(1, n_experts + 1))
    return (AUDIO, *crowd, *experts, SOURCE)
