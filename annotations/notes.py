"""What was typed in the wizard so far, step by step, kept in the session."""

import secrets
import time
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils.datastructures import MultiValueDict

from annotations.note_taking import Fields

SESSION_KEY = "task_plans"
KEPT = 5
DEFAULT_THRESHOLD = 0.5
DEFAULTS = {
    "questions": {"suggestion_threshold": [str(DEFAULT_THRESHOLD)]},
    "people": {
        "staffing": ["pool"],
        "overlap": ["1"],
        "overlap_percent": ["100"],
        "dynamic_confidence": ["80"],
        "lease_minutes": ["30"],
        "priority": ["2"],
    },
    "review": {
        "review_mode": ["none"],
        "sample_by": ["share"],
        "sample_rate": ["10"],
        "recheck_percent": ["0"],
        "max_rework": ["3"],
    },
}


class Notes:
    """What was typed, by step. Several tasks may be in the making, each in its own tab: keys tell them apart."""

    def __init__(self, key: str, steps: dict[str, Fields]) -> None:
        self.key, self.steps = key, steps

    @classmethod
    def new(cls) -> "Notes":
        return cls(secrets.token_urlsafe(9), {})

    @classmethod
    def read(cls, session: SessionBase, key: str) -> "Notes | None":
        kept = session.get(SESSION_KEY, {}).get(key)
        return cls(key, kept["steps"]) if kept else None

    def write(self, session: SessionBase) -> None:
        """Keep these; of the others the oldest go once there are more than KEPT."""
        kept = {**session.get(SESSION_KEY, {}), self.key: {"steps": self.steps, "at": time.time()}}
        newest = sorted(kept, key=lambda key: kept[key]["at"], reverse=True)[:KEPT]
        session[SESSION_KEY] = {key: kept[key] for key in newest}

    def forget(self, session: SessionBase) -> None:
        session[SESSION_KEY] = {key: kept for key, kept in session.get(SESSION_KEY, {}).items() if key != self.key}

    def of(self, step: str) -> "MultiValueDict[str, Any]":
        return MultiValueDict({**DEFAULTS.get(step, {}), **self.steps.get(step, {})})
