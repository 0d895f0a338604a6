"""Which clips lie behind a figure: the first ones of each, kept with the report so that a click never searches."""

from typing import Any

# Nobody listens to more of them one by one; how many there are in all is kept as well.
MOST = 200


class Clips:
    """Positions of items by the key of a figure, such as "cell/pace/0/2": how many there are, and the first of them."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        # By key: how many items, the last of them, and the first ones.
        self._found: dict[str, tuple[int, int, list[int]]] = {}

    def add(self, key: str, position: int) -> None:
        """Items come in order; one that is behind a figure twice counts once."""
        n, last, first = self._found.get(key) or (0, -1, [])
        if last == position:
            return
        if n < self._most:
            first.append(position)
        self._found[key] = (n + 1, position, first)

    def as_json(self) -> dict[str, Any]:
        return {key: [n, first] for key, (n, _last, first) in self._found.items()}
