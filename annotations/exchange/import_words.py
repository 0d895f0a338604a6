"""Why a table of answers is not taken, in sentences, and what became of what is in it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.exchange.clesc_reading import Problem
from workspaces.errors import Invalid

PROBLEMS_SHOWN = 20
UNREAD_KEPT = 50
UNMAPPED_KEPT = 200
PROBLEMS = {
    "empty": gettext_lazy("There are no rows in it."),
    "no_audio": gettext_lazy("There is no column “audio”, which names the recordings."),
    "no_answers": gettext_lazy("There are no columns like Crowd_Worker_1 or Expert_1, which hold the answers."),
    "too_many": gettext_lazy("It has more than %(detail)s rows. Part it."),
    "no_parquet": gettext_lazy("Parquet cannot be read here. Send it as JSON Lines or CSV."),
    "not_parquet": gettext_lazy("This is no Parquet file: %(detail)s"),
    "not_utf8": gettext_lazy("This is not text in UTF-8."),
    "not_json": gettext_lazy("This is not a JSON object."),
    "not_csv": gettext_lazy("This cannot be read as CSV."),
    "no_recording": gettext_lazy("It names no recording."),
    "no_worker": gettext_lazy("In %(detail)s there is an answer without worker_id."),
    "twice": gettext_lazy("“%(detail)s” answered it twice."),
    "cell": gettext_lazy("There are no fields in %(detail)s"),
    "unknown_recording": gettext_lazy("The dataset has no ready recording called “%(detail)s”."),
    "two_recordings": gettext_lazy("The dataset has several recordings called “%(detail)s”."),
    "no_cells": gettext_lazy("Nobody answered it."),
}


def refuse(filename: str, problems: Iterable[Problem]) -> Invalid:
    """The first problems, each with its file and line."""
    every = list(problems)
    sentences = []
    for problem in every[:PROBLEMS_SHOWN]:
        said = str(PROBLEMS[problem.what]) % {"detail": problem.detail}
        shown = {"file": filename, "line": problem.line, "problem": said}
        place = _("%(file)s, line %(line)d: %(problem)s") if problem.line else _("%(file)s: %(problem)s")
        sentences.append(place % shown)
    if len(every) > PROBLEMS_SHOWN:
        sentences.append(_("… and %(n)d more.") % {"n": len(every) - PROBLEMS_SHOWN})
    return Invalid([(("body", "file"), sentence, "value_error") for sentence in sentences])


@dataclass
class Report:
    """What an import came to: counted, and what was not understood word by word."""

    rows: int = 0
    answers: int = 0
    people: dict[str, int] = field(default_factory=dict)
    # Words by how they were found in the pool, each time they were written.
    mapped: Counter[str] = field(default_factory=Counter)
    unmapped: dict[str, Counter[str]] = field(default_factory=dict)
    # Values of scales that mean none or several of the values: (line, column, alias, what was written).
    unread: list[tuple[int, str, str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "answers": self.answers,
            "people": self.people,
            "words_mapped": dict(self.mapped),
            "words_unmapped": {
                facet: [{"word": word, "count": n} for word, n in counts.most_common(UNMAPPED_KEPT)]
                for facet, counts in self.unmapped.items()
            },
            "n_words_unmapped": sum(counts.total() for counts in self.unmapped.values()),
            "scales_unread": [
                dict(zip(("line", "column", "alias", "text"), one, strict=True)) for one in self.unread[:UNREAD_KEPT]
            ],
            "n_scales_unread": len(self.unread),
        }
