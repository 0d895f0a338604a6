"""Words that do not go with an answer on a scale, as tasks begin with them; a manager changes the table.

Codes and families are those of the ready-made pool; scales go by the alias or the name of their question.
"""

from typing import Any

CLASHES: list[dict[str, Any]] = [
    {"scale": "volume", "values": ["loud"], "words": ["whispering", "whispered", "hushed", "faint", "muttering"]},
    {"scale": "volume", "values": ["quiet"], "words": ["shouting", "yelling", "screaming", "booming", "thunderous"]},
    {"scale": "pace", "values": ["fast"], "words": ["slow", "drawling", "dragging", "sluggish", "unhurried"]},
    {"scale": "pace", "values": ["slow"], "words": ["rapid", "hurried", "rushed", "hasty", "breathless"]},
    {"scale": "pitch", "values": ["high"], "words": ["deep", "low", "low-pitched"]},
    {"scale": "pitch", "values": ["low"], "words": ["shrill", "squeaky", "high-pitched", "piercing"]},
    {"scale": "pitch", "values": ["variable"], "words": ["monotone", "monotonous", "flat"]},
]
