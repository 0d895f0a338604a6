from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import MembershipFactory, UserFactory, WorkspaceFactory
from workspaces.models import ApiKey, Workspace

pytestmark = pytest.mark.django_db


def output_of(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_create_workspace_prints_the_short_name():
    assert output_of("create_workspace", "--name", "Voices", "--slug", "voices") == "voices\n"
    assert list(Workspace.objects.values_list("name", "slug")) == [("Voices", "voices")]


@pytest.mark.parametrize(("slug", "sentence"), [("voices", "exists"), ("not a slug", "valid")])
def test_create_workspace_says_what_is_wrong_with_a_short_name(slug, sentence):
    WorkspaceFactory(slug="voices")

    with pytest.raises(CommandError, match=sentence):
        output_of("create_workspace", "--name", "Voices", "--slug", slug)

    assert Workspace.objects.count() == 1


def test_create_api_key_prints_the_key_alone():
    workspace = WorkspaceFactory(slug="voices")

    secret = output_of("create_api_key", "--workspace", "voices", "--name", "Nightly").removesuffix("\n")

    key = ApiKey.objects.by_secret(secret)
    assert (key.workspace, key.name, key.user.is_service) == (workspace, "Nightly", True)


def test_create_api_key_for_a_person_finds_them_by_e_mail_in_any_case():
    membership = MembershipFactory(workspace__slug="voices", user__email="ann@example.org")

    secret = output_of("create_api_key", "--workspace", "voices", "--name", "Ann", "--user", "Ann@Example.org").strip()

    assert ApiKey.objects.by_secret(secret).user == membership.user


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--workspace", "nowhere"], r"There is no workspace nowhere\. There are: voices\."),
        (["--workspace", "voices", "--user", "nobody@example.org"], r"Nobody has the e-mail nobody@example\.org\."),
        (["--workspace", "voices", "--user", "stranger@example.org"], "has no role in this workspace"),
    ],
)
def test_create_api_key_says_what_is_missing_and_stores_nothing(arguments, sentence):
    WorkspaceFactory(slug="voices")
    UserFactory(email="stranger@example.org")

    with pytest.raises(CommandError, match=sentence):
        output_of("create_api_key", "--name", "Key", *arguments)

    assert ApiKey.objects.count() == 0
