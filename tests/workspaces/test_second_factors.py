"""Authenticator app and recovery codes, as a person goes through them."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from tests.factories import PASSWORD, MembershipFactory


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def signed_in(db: None) -> Any:
    person = MembershipFactory(workspace__slug="lab").user
    browser = Client()
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    # What concerns security asks for the password once more.
    assert browser.get("/accounts/2fa/totp/activate/").headers["Location"].startswith("/accounts/reauthenticate/")
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return person, browser


def test_an_app_is_set_up_and_asked_for(signed_in: Any) -> None:
    person, browser = signed_in
    secret = browser.get("/accounts/2fa/totp/activate/").context["form"].secret
    browser.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    cache.clear()  # the same code twice is refused within its time
    other = Client()

    first = other.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    wrong = other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    second = other.post("/accounts/2fa/authenticate/", {"code": code(secret)})

    assert first.headers["Location"] == "/accounts/2fa/authenticate/"
    assert "Incorrect code." in wrong.content.decode()
    assert second.headers["Location"] == "/w/lab/"


def test_recovery_codes_let_in_once(signed_in: Any) -> None:
    person, browser = signed_in
    secret = browser.get("/accounts/2fa/totp/activate/").context["form"].secret
    browser.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()

    outcomes = []
    for _time in range(2):
        other = Client()
        other.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
        outcomes.append(other.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code)

    assert outcomes == [302, 200]
    assert browser.get("/accounts/2fa/recovery-codes/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/accounts/reauthenticate/",
    ],
)
def test_pages_of_security_open_in_the_house_look(signed_in: Any, path: str) -> None:
    _person, browser = signed_in

    answer = browser.get(path)

    assert answer.status_code == 200
    assert "theme/earmark.css" in answer.content.decode()


def test_a_password_is_changed(signed_in: Any) -> None:
    person, browser = signed_in
    new = "another good passphrase 2"

    answer = browser.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    person.refresh_from_db()
    assert answer.headers["Location"] == "/profile/"
    assert person.check_password(new)


def test_a_forgotten_password_is_reset_by_mail(signed_in: Any, mailoutbox: Any) -> None:
    person, _browser = signed_in
    browser = Client()
    new = "another good passphrase 2"

    browser.post("/accounts/password/reset/", {"email": person.email})
    link = next(word for word in mailoutbox[0].body.split() if "/accounts/password/reset/key/" in word)
    page = browser.get(link.partition("testserver")[2], follow=True)
    browser.post(page.request["PATH_INFO"], {"password1": new, "password2": new})

    person.refresh_from_db()
    assert person.check_password(new)


def test_without_a_mail_server_the_page_names_the_way_out(db: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    assert "This server sends no mail." in Client().get("/accounts/password/reset/").content.decode()
