"""A program of a workspace: its key, and a client of `/v5/` that sends it."""

import pytest


@pytest.fixture
def workspace_key(people):
    """The secret of a key that acts for the whole workspace."""
    from workspaces.actions import create_api_key

    _key, secret = create_api_key(workspace=people.workspace, name="Import", by=people.administrator)
    return secret


@pytest.fixture
def v5_of(people):
    """`v5_of(secret)` is a client of `/v5/` with this key, for the account of `people` unless another is named."""
    from rest_framework.test import APIClient

    def make(secret, *, account=None):
        headers = {"X-API-Key": secret, "X-Selected-Account-Id": account or str(people.workspace.pk)}
        client = APIClient(headers=headers)
        client.default_format = "json"
        return client

    return make


@pytest.fixture
def v5(v5_of, workspace_key):
    """The workspace's program: `v5.get("/v5/evaluations")`, `v5.post("/v5/questions", {...})`."""
    return v5_of(workspace_key)


@pytest.fixture
def evaluation(people):
    """Three rows, each with a recording and one question about moments in it. A module may need another."""
    from tests.evaluations.factories import make_evaluation

    return make_evaluation(people.workspace, by=people.administrator, rows=3)


@pytest.fixture
def reviewed(evaluation):
    """The same, and every answer is looked at by an auditor."""
    from annotations.models import LabelingTask

    LabelingTask.objects.filter(evaluation_queue__evaluation=evaluation).update(review_mode="full")
    return evaluation


@pytest.fixture
def second_auditor(people):
    from tests.factories import MembershipFactory

    return MembershipFactory(workspace=people.workspace, role="auditor").user
