"""Words that do not go with an answer on a scale, as tasks begin with them; a manager changes the table.

Codes are those of the ready-made pool (`annotations/words/ready_made.csv`); scales go by the alias or the name of their
question.
"""

from typing import Any

CLASHES: list[dict[str, Any]] = [
    {"scale": "volume", "values": ["loud"], "words": ["whispering", "quiet", "murmuring"]},
    {"scale": "volume", "values": ["quiet"], "words": ["shouting", "loud", "booming"]},
    {"scale": "pace", "values": ["fast"], "words": ["slow", "drawling", "leisurely"]},
    {"scale": "pace", "values": ["slow"], "words": ["fast", "hurried"]},
    {"scale": "pitch", "values": ["high"], "words": ["deep", "low-pitched"]},
    {"scale": "pitch", "values": ["low"], "words": ["high-pitched", "shrill", "squeaky"]},
    {"scale": "pitch", "values": ["variable"], "words": ["monotone", "flat"]},
]
