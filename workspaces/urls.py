from django.urls import path

from workspaces import api, api_docs
from workspaces.views import audit, join, keys, members, notices, profile, spaces, teams

app_name = "workspaces"
urlpatterns = [
    path("", spaces.home, name="home"),
    path("spaces/menu", spaces.menu, name="menu"),
    path("spaces/new/", spaces.create, name="create"),
    path("help/", spaces.help_page, name="help"),
    path("profile/", profile.profile, name="profile"),
    path("join/<str:token>/", join.join, name="join"),
    path("api/docs", api_docs.page, name="api_docs"),
    path("w/<slug:slug>/", spaces.space, name="space"),
    path("w/<slug:slug>/members/", members.members, name="members"),
    path("w/<slug:slug>/members/invite/", members.new_invitation, name="invite"),
    path("w/<slug:slug>/members/invitations/<uuid:pk>/withdraw/", members.withdraw_invitation, name="withdraw"),
    path("w/<slug:slug>/members/<uuid:pk>/", members.member, name="member"),
    path("w/<slug:slug>/members/<uuid:pk>/remove/", members.remove, name="remove_member"),
    path("w/<slug:slug>/teams/", teams.teams, name="teams"),
    path("w/<slug:slug>/teams/new/", teams.new_team, name="new_team"),
    path("w/<slug:slug>/teams/<uuid:pk>/", teams.team, name="team"),
    path("w/<slug:slug>/teams/<uuid:pk>/delete/", teams.delete, name="delete_team"),
    path("w/<slug:slug>/keys/", keys.keys, name="keys"),
    path("w/<slug:slug>/keys/new/", keys.new_key, name="new_key"),
    path("w/<slug:slug>/keys/<uuid:pk>/revoke/", keys.revoke, name="revoke_key"),
    path("w/<slug:slug>/audit/", audit.audit, name="audit"),
    path("w/<slug:slug>/notices/", notices.notices, name="notices"),
    path("w/<slug:slug>/notices/bell/", notices.bell, name="bell"),
    path("w/<slug:slug>/notices/unread/", notices.unread, name="unread"),
    path("w/<slug:slug>/notices/read/", notices.mark_read, name="mark_read"),
    path("w/<slug:slug>/notices/<uuid:pk>/", notices.follow, name="notice"),
]
api_urlpatterns = [
    path("auth/api-keys", api.ApiKeys.as_view(), name="api_keys"),
    path("auth/api-keys/<str:key_id>", api.OneApiKey.as_view(), name="api_key"),
    path("notices", api.Notices.as_view(), name="api_notices"),
    path("notices/read", api.ReadNotices.as_view(), name="api_notices_read"),
]
