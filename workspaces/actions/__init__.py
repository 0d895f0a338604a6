"""What changes several rows of a workspace at once."""

from workspaces.actions.invitations import accept, invite, join_as_new, withdraw
from workspaces.actions.keys import create_api_key, revoke_api_key
from workspaces.actions.members import remove_member, set_roles
from workspaces.actions.spaces import create_workspace
from workspaces.actions.teams import delete_team, save_team

__all__ = [
    "accept",
    "create_api_key",
    "create_workspace",
    "delete_team",
    "invite",
    "join_as_new",
    "remove_member",
    "revoke_api_key",
    "save_team",
    "set_roles",
    "withdraw",
]
