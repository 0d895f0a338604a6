"""A task of six items that anybody may label, reviewed in full, and who else works in it."""

import pytest


@pytest.fixture
def dataset(people):
    from tests.annotations.factories import make_dataset

    return make_dataset(people.workspace, files=6)


@pytest.fixture
def task(people, dataset):
    from tests.annotations.factories import make_task

    return make_task(dataset, by=people.administrator)


@pytest.fixture
def manager(client_of, people):
    return client_of(people.annotation_administrator)


@pytest.fixture
def other(people):
    from tests.factories import MembershipFactory

    return MembershipFactory(workspace=people.workspace, role="operator", user__name="Other").user


@pytest.fixture
def second(people):
    """A second auditor."""
    from tests.factories import MembershipFactory

    return MembershipFactory(workspace=people.workspace, role="auditor", user__name="Second").user
