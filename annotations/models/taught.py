"""What a training does with a turn whose first answers were not right yet."""

from typing import Any

from django.db.models import Q

from annotations.models.turns import Turn


class Taught(Turn):
    # What there is to say of the answers just handed in, for whoever answers that request: see qualifying.grading.
    feedback: Any = None

    class Meta:
        abstract = True

    def hand_back(self) -> None:
        """Back to its person at once, to be answered a second time."""
        self._move(
            [self.State.SUBMITTED],
            self.State.REWORK,
            by=None,
            verb="hand_back",
            only=Q(revision=self.revision),
            origin="",
        )
