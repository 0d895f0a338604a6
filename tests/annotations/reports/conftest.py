"""Two teams that answered everything about six clips."""

import pytest


@pytest.fixture
def crowd(people):
    """The task and its five people: Ann, Ben and Cem of the crowd, Dia and Eli, who are experts."""
    from tests.annotations.reports.crowd import answer_all, make_crowd

    task, users = make_crowd(people)
    answer_all(task, users)
    task.refresh_from_db()
    return task, users
