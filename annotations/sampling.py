"""What a sample tells of everything it was drawn from."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotations.quality.bounds import hides_chance

# A sample is judged by what it would hide of a batch with so many errors.
BAD_SHARE = 0.05


@dataclass(frozen=True)
class SampleSaid:
    """Of `turns`, `size` are drawn; `bad` wrong ones would go unseen with the chance `hides`."""

    size: int
    turns: int
    bad: int
    hides: float

    @classmethod
    def of(cls, turns: int, *, size: int) -> "SampleSaid":
        bad = min(turns, math.ceil(round(BAD_SHARE * turns, 6)))
        return cls(size, turns, bad, hides_chance(turns, bad, size))

    @property
    def hides_text(self) -> str:
        """The chance in per cent, as static/annotations/numbers.js writes it."""
        if self.hides < 0.001:
            return _("less than 0.1 %")
        return f"{100 * self.hides:.{0 if self.hides >= 0.1 else 1}f} %"
