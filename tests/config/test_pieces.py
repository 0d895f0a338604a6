"""A page and the pieces that it fetches of itself have one address, and are two things to whoever keeps answers."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "piece"])
def test_html_says_that_it_depends_on_who_asked(client_of, people, headers):
    response = client_of(people.administrator).get("/w/speech-lab/models/", headers=headers)

    assert response.status_code == 200
    assert "HX-Request" in response.headers["Vary"].split(", ")


def test_what_has_no_pieces_does_not(client_of, people):
    response = client_of(people.administrator).get("/api/v1/datasets")

    assert "HX-Request" not in response.headers.get("Vary", "")
