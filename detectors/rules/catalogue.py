"""Which built-in models there are, what they look for, and the numbers they go by.

Names and sentences are English; the page that shows them translates them. A confidence of 0.5 means that what was
found just reaches the number given here; 0.67 means twice as much, 0.33 half of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number a rule goes by: what it is called, in which unit, and why it is what it is."""

    name: str
    label: str
    unit: str
    default: float
    why: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One built-in model."""

    key: str
    name: str
    description: str
    artifact_types: tuple[str, ...]
    parameters: Sequence[Parameter]

    @property
    def values(self) -> dict[str, float]:
        """Its numbers by name."""
        return {parameter.name: parameter.default for parameter in self.parameters}


_RULES = (
    Rule(
        "long_pause",
        "Long pauses",
        "Silence in the middle of speech that lasts longer than people pause. Before the first word and after the last "
        "one it is not looked for.",
        ("long_pause",),
        (
            Parameter("below_db", "Quieter than speech by", "dB", 25, "Breath and room noise stay below this."),
            Parameter("shortest_ms", "Shortest pause", "ms", 490, "People pause for up to 450 ms between sentences."),
            Parameter("bridge_ms", "Bridge sounds up to", "ms", 40, "A click in a pause does not make two of it."),
        ),
    ),
    Rule(
        "clipping",
        "Clipping",
        "The tops of the wave are cut flat, because the level was too high for what recorded it. It is found in "
        "lossless files alone: MP3 and its like round the flat tops off.",
        ("clipping",),
        (
            Parameter(
                "flat_ms", "Shortest flat top", "ms", 0.12, "A round top of a low voice stays this flat for less."
            ),
            Parameter("tops", "Flat tops in a stretch", "", 6, "One or two happen by chance."),
            Parameter("join_ms", "Join tops up to", "ms", 400, "Between two words nothing reaches the limit."),
        ),
    ),
    Rule(
        "clicks",
        "Clicks",
        "A click, pop or crackle of a few milliseconds: a sample that nothing before it predicts. The span says where "
        "it is, not how long it is.",
        ("glitch",),
        (
            Parameter(
                "above_db",
                "Sharper than the sharpest of the recording's voice by",
                "dB",
                4,
                "Consonants burst by less, mostly.",
            ),
            Parameter("apart_ms", "One click within", "ms", 200, "A crackle counts once."),
        ),
    ),
    Rule(
        "dropout",
        "Dropouts",
        "Samples are missing inside speech: exactly nothing between two loud sides, as when a packet was lost. It is "
        "found in lossless files alone.",
        ("dropout",),
        (
            Parameter("shortest_ms", "Shortest hole", "ms", 15, "Shorter ones are clicks."),
            Parameter("longest_ms", "Longest hole", "ms", 400, "A longer one is a pause."),
            Parameter(
                "sides_db", "Sides quieter than speech by at most", "dB", 25, "At the end of a word it is silence."
            ),
        ),
    ),
    Rule(
        "echo",
        "Echo",
        "The voice is heard a second time, 100 to 350 ms later.",
        ("echo",),
        (
            Parameter(
                "above",
                "Height of the cepstrum's peak",
                "deviations",
                10,
                "Of voices without an echo 98 % stay below 9.",
            ),
            Parameter(
                "edge",
                "An echo reaches to where the peak is",
                "of its height",
                0.5,
                "A second is measured at once; its middle counts.",
            ),
            Parameter("shortest_ms", "Shortest echo", "ms", 400, "Shorter ones cannot be told from chance."),
        ),
    ),
    Rule(
        "loudness",
        "Loudness",
        "Stretches that are louder or quieter than speech should be, by the loudness that broadcasters measure (LUFS) "
        "over 3 seconds. Pauses do not count as quiet.",
        ("too_loud", "too_quiet"),
        (
            Parameter("loudest_lufs", "Loudest", "LUFS", -14, "Streaming services turn louder sound down."),
            Parameter(
                "quietest_lufs", "Quietest", "LUFS", -33, "10 LU under broadcast level (-23): hard to hear outdoors."
            ),
            Parameter("window_ms", "Measured over", "ms", 3000, "The short-term window of EBU R 128."),
        ),
    ),
)

RULES = {rule.key: rule for rule in _RULES}
