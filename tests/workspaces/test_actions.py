import pytest
from django.core.exceptions import ValidationError

from tests.factories import MembershipFactory, UserFactory, WorkspaceFactory
from workspaces.actions import create_api_key, create_workspace
from workspaces.errors import Invalid
from workspaces.models import ApiKey, AuditEvent, Membership, Role, User, Workspace

pytestmark = pytest.mark.django_db


def test_create_workspace_makes_its_maker_the_administrator():
    maker = UserFactory()

    workspace = create_workspace(name="Voices", slug="voices", by=maker)

    assert list(workspace.memberships.values_list("user", "role")) == [(maker.pk, Role.ADMINISTRATOR)]
    assert list(AuditEvent.objects.values_list("verb", "target_id", "actor")) == [("create", workspace.pk, maker.pk)]


def test_create_workspace_by_a_super_admin_needs_no_membership():
    workspace = create_workspace(name="Voices", slug="voices", by=UserFactory(is_superuser=True))

    assert workspace.memberships.count() == 0


def test_create_workspace_refuses_a_taken_short_name_and_stores_nothing():
    WorkspaceFactory(slug="voices")

    with pytest.raises(ValidationError) as refusal:
        create_workspace(name="Voices again", slug="voices")

    assert list(refusal.value.message_dict) == ["slug"]
    assert (Workspace.objects.count(), AuditEvent.objects.count()) == (1, 0)


def test_create_api_key_for_a_workspace_acts_as_an_administrator_nobody_can_log_in_as():
    workspace = WorkspaceFactory()

    key, secret = create_api_key(workspace=workspace, name="Nightly export", by=None)

    account = key.user
    assert ApiKey.objects.by_secret(secret) == key
    assert (account.email, account.name) == (f"key-{key.pk}@keys.earmark.invalid", "Nightly export")
    assert (account.is_service, account.has_usable_password(), account.is_superuser) == (True, False, False)
    assert list(account.memberships.values_list("workspace", "role")) == [(workspace.pk, Role.ADMINISTRATOR)]


def test_create_api_key_for_a_person_adds_no_rights():
    membership = MembershipFactory(role=Role.OPERATOR)

    key, _ = create_api_key(workspace=membership.workspace, name="Mine", by=None, user=membership.user)

    assert key.user == membership.user
    assert list(Membership.objects.values_list("pk")) == [(membership.pk,)]


def test_create_api_key_refuses_a_stranger_and_stores_nothing():
    stranger = UserFactory()

    with pytest.raises(Invalid, match=f"{stranger.email} has no role in this workspace"):
        create_api_key(workspace=WorkspaceFactory(), name="Theirs", by=None, user=stranger)

    assert (ApiKey.objects.count(), User.objects.count()) == (0, 1)


def test_create_api_key_keeps_no_secret():
    _, secret = create_api_key(workspace=WorkspaceFactory(), name="Key", by=None)

    stored = ApiKey.objects.values().get()
    assert secret not in str(stored)
