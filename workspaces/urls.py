from django.urls import path

from workspaces.views import profile, spaces

app_name = "workspaces"
urlpatterns = [
    path("", spaces.home, name="home"),
    path("spaces/menu", spaces.menu, name="menu"),
    path("spaces/new/", spaces.create, name="create"),
    path("help/", spaces.help_page, name="help"),
    path("profile/", profile.profile, name="profile"),
    path("w/<slug:slug>/", spaces.space, name="space"),
]
api_urlpatterns: list[object] = []
