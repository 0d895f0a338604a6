"""A task whose answers are checked: words of a small pool, a scale of volume, a text."""

import pytest


@pytest.fixture
def pool(people):
    from tests.annotations.checking.checked import make_pool

    return make_pool(people.workspace)


@pytest.fixture
def checked(people, pool, settings):
    """`checked(rules=..., judge=..., **plan)` makes the task."""
    from tests.annotations.checking.checked import make_checked

    def make(**wanted):
        return make_checked(people, pool, **wanted)

    return make


@pytest.fixture
def model(settings):
    """A language model that is set up, and what it will say."""
    from tests.annotations.checking.model_server import running

    with running() as server:
        settings.LLM_BASE_URL, settings.LLM_MODEL = server.url, "listener-7"
        settings.LLM_API_KEY, settings.LLM_TIMEOUT_S = "secret-key", 5
        yield server
