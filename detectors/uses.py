"""What keeps a model from being deleted. Rooms above this one use models; they register here what they know of it."""

from collections.abc import Callable, Iterable

from detectors.models import Detector

Uses = Callable[[Detector], Iterable[str]]
_uses: list[Uses] = []


def register(uses: Uses) -> None:
    """Have what uses a model named when somebody wants to delete it.

    `uses(detector)` gives names in words, such as "labeling task “Calls, week 46”"; any name refuses the deletion. It
    may stop after a few.
    """
    _uses.append(uses)


def uses_of(detector: Detector) -> list[str]:
    return [name for uses in _uses for name in uses(detector)]
