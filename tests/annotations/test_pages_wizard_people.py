"""The wizard's people and its review: what is refused and what is kept."""

import re

import pytest

from annotations.models import Assignment, TaskPerson
from tests.annotations.factories import make_dataset
from tests.annotations.wizard import POOL, Wizard, errors, seats


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=5)


@pytest.fixture
def wizard(client_of, people):
    return Wizard(client_of(people.administrator))


# The people


def people_step(wizard, dataset, fields, *, do="next"):
    wizard.through(dataset, people=None, review=None)
    return wizard.send(fields, do=do)


@pytest.mark.parametrize(
    ("changes", "number", "said"),
    [
        ({"overlap": "0"}, "5", "Ensure this value is greater than or equal to 1."),
        ({"lease_minutes": "many"}, "5", "Enter a whole number."),
        ({}, "4", "The numbers add up to 4 of 5: raise them, or leave the rest in the pool."),
        ({}, "6", "The numbers add up to 6, but there are only 5 to give: make them 5 in all."),
        ({"overlap": "2"}, "5", "1 named, but each item is for 2 people: name more, or lower this."),
        ({}, "-1", "Give a whole number of at least 1, or none."),
        ({}, "two", "Give a whole number of at least 1, or none."),
    ],
)
def test_what_is_wrong_with_the_people_is_said_at_them(wizard, people, dataset, changes, number, said):
    fields = {**POOL, "staffing": "named", **seats("annotator", **{str(people.operator.pk): number}), **changes}

    status, html = people_step(wizard, dataset, fields)

    assert (status, said in errors(html)) == (422, True), errors(html)
    assert f'value="{number}"' in html


def test_named_people_are_named(wizard, dataset):
    status, html = people_step(wizard, dataset, {**POOL, "staffing": "named"})

    assert (status, errors(html)) == (422, ["Choose at least one person, or open the pool to all."])


def test_somebody_without_the_role_cannot_be_named(wizard, people, dataset):
    fields = {**POOL, "staffing": "named", **seats("annotator", **{str(people.auditor.pk): "5"})}

    status, html = people_step(wizard, dataset, fields)

    assert (status, errors(html)) == (422, ["Somebody who was chosen has no role for this any more. Check the list."])


def test_fewer_than_all_may_be_given_when_the_rest_stays_in_the_pool(wizard, people, dataset):
    fields = {**POOL, "staffing": "named", "rest_in_pool": "on", **seats("annotator", **{str(people.operator.pk): "2"})}
    wizard.through(dataset, people=fields)
    assert "3 stay in the pool for these people." in wizard.look()
    wizard.send({})

    assert Assignment.objects.filter(state="assigned").count() == 2
    assert Assignment.objects.filter(state="open").count() == 3


def test_numbers_are_split_evenly_on_the_server_too(wizard, people, dataset):
    chosen = [str(people.operator.pk), str(people.administrator.pk)]
    _status, html = people_step(
        wizard, dataset, {**POOL, "staffing": "named", "overlap": "2", "annotator": chosen}, do="split"
    )

    assert re.findall(r'name="annotator-[^"]+" value="(\d+)"', html) == ["5", "5"]
    assert "<strong data-given>10</strong>" in html
    assert "<span data-wanted>10</span>" in html


# The review


def review_step(wizard, dataset, fields):
    wizard.through(dataset, review=None)
    return wizard.send(fields)


def test_a_review_is_none_full_or_partial(wizard, dataset):
    status, html = review_step(wizard, dataset, {"review_mode": "sometimes"})

    assert status == 422
    assert "Select a valid choice" in html


def test_in_a_full_review_the_numbers_must_suffice(wizard, people, dataset):
    fields = {"review_mode": "full", **seats("reviewer", **{str(people.auditor.pk): "3"})}

    status, html = review_step(wizard, dataset, fields)

    assert (status, errors(html)) == (
        422,
        ["The numbers add up to 3 of 5: raise them, or leave one reviewer without a number."],
    )


def test_reviewers_of_no_review_are_forgotten_but_not_lost(wizard, people, dataset):
    fields = {"review_mode": "none", **seats("reviewer", **{str(people.auditor.pk): "3"})}
    wizard.through(dataset, review=fields)
    assert f'value="{people.auditor.pk}" checked' in wizard.at("review")
    wizard.at("summary")
    wizard.send({})

    assert not TaskPerson.objects.exists()


def test_without_auditors_it_says_whom_to_ask(client_of, people, dataset):
    people.auditor.memberships.all().delete()
    for who, sentence in (("administrator", "Invite somebody"), ("annotation_administrator", "Ask an administrator")):
        wizard = Wizard(client_of(people[who])).through(dataset, review=None)
        assert sentence in wizard.look()
