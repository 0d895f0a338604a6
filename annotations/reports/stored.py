"""A report as it was computed last, and how old it is. Reads its page alone, however many clips lie behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.fields.json import KeyTransform

from annotations.models import LabelingTask, QualityReport
from annotations.reports import asking
from workspaces.models import Job


@dataclass(frozen=True)
class Stored:
    """`page` is None while nothing was computed. `news` are the answers that came since, `job` the last computation."""

    page: dict[str, Any] | None
    computed_at: datetime | None
    seconds: float | None
    n_answers: int
    news: int
    job: Job | None

    @property
    def is_busy(self) -> bool:
        return self.job is not None and self.job.state in (Job.State.PENDING, Job.State.RUNNING)

    @property
    def has_failed(self) -> bool:
        return self.job is not None and self.job.state == Job.State.FAILED


def stored(task: LabelingTask, *, with_page: bool = True) -> Stored:
    """Four queries."""
    job = asking.jobs_of(task).first()
    fields = ["computed_at", "seconds", "n_submissions"]
    rows = QualityReport.objects.filter(task=task)
    more = [KeyTransform("page", "figures")] if with_page else []
    found = rows.values_list(*fields, *more).first()
    if found is None:
        return Stored(None, None, None, 0, 0, job)
    computed_at, seconds, n_answers, *page = found
    news = asking.news_since(task, computed_at)
    return Stored(page[0] if page else None, computed_at, seconds, n_answers, news, job)
