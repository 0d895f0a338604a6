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
