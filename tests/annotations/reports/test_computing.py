"""What a report holds, computed for two teams that answered everything."""

import pytest

from annotations.actions import reviewing
from annotations.models import QualityReport, Standing
from annotations.reports.asking import ask
from annotations.reports.computing import compute
from tests.annotations.factories import make_task
from tests.annotations.reports.crowd import PACE, answer_all
from workspaces.jobs import run
from workspaces.models import Job


def of(report, alias):
    return next(question for question in report.figures["page"]["questions"] if question["alias"] == alias)


def clips(report, key):
    return report.figures["clips"].get(key)


def team(report, name):
    return next(team for team in report.figures["page"]["teams"] if team["name"] == name)


def test_what_was_counted(crowd):
    report = compute(crowd[0])

    page = report.figures["page"]
    assert {name: page[name] for name in ("items", "answered", "overlapping", "answers")} == {
        "items": 6,
        "answered": 6,
        "overlapping": 6,
        "answers": 30,
    }
    assert (report.n_submissions, [person["name"] for person in page["people"]]) == (
        30,
        ["Ann", "Ben", "Cem", "Dia", "Eli"],
    )


def test_agreement_on_a_scale_is_ordinal_and_the_escape_apart(crowd):
    report = compute(crowd[0])

    pace = of(report, "pace")
    everybody = pace["agreement"]["all"]
    # Checked with the formula by hand: one of five says "fast" for "slow" on two of six clips.
    assert round(everybody["alpha"]["value"], 4) == 0.6094
    assert round(everybody["percent"], 4) == round((4 * 1 + 2 * 0.6) / 6, 4)
    assert everybody["escape"]["reason"] == "no_variation"
    assert (everybody["n_apart"], clips(report, "apart/pace/all")) == (2, [2, [3, 6]])
    assert pace["agreement"][team(report, "Experts")["id"]]["alpha"]["value"] == 1.0


def test_what_was_taken_for_what_leads_to_its_clips(crowd):
    report = compute(crowd[0])

    table = of(report, "pace")["table"]
    assert table["values"] == ["slow", "normal", "fast", "variable"]
    assert table["rows"] == [[8, 0, 2, 0], [0, 10, 0, 0], [0, 0, 10, 0], [0, 0, 0, 0]]
    assert clips(report, "cell/pace/0/2") == [2, [3, 6]]


def test_who_is_wrong_how_often(crowd):
    task, users = crowd

    report = compute(task)

    people = {person["name"]: person for person in report.figures["page"]["people"]}
    cem = people["Cem"]["questions"]["pace"]
    assert (cem["n"], cem["right"]) == (6, 4)
    assert 0.2 < cem["low"] < 4 / 6 < cem["high"] < 1
    assert people["Ann"]["accuracy"]["share"] == 1.0
    assert clips(report, f"wrong/{users[2].pk}/pace") == [2, [3, 6]]
    assert clips(report, f"wrong/{users[0].pk}") is None


def test_bounds_that_are_late(crowd):
    task, users = crowd

    bounds = of(compute(task), "marks")["bounds"]

    cem = bounds[str(users[2].pk)]["onset"]
    assert (cem["n"], cem["mean"], cem["tells"], cem["bins"]) == (6, 120.0, "late", [(2, 6)])
    ann = bounds[str(users[0].pk)]["offset"]
    assert (ann["mean"], ann["tells"]) == (0.0, "")


def test_marks_agree_by_collar(crowd):
    found = of(compute(crowd[0]), "marks")["agreement"]["all"]

    # Six of ten pairs mark exactly alike; the other four are 120 ms apart.
    assert [round(found["events"][collar]["f1"], 4) for collar in ("50", "100", "200", "500")] == [0.6, 0.6, 1, 1]
    assert found["labels"]["glitch"]["50"] == 0.6


def test_words_by_team(crowd):
    report = compute(crowd[0])

    words = of(report, "words")["words"]
    crowd_said, experts_said = (words[team(report, name)["id"]] for name in ("Crowd", "Experts"))
    assert (crowd_said["distinct"], crowd_said["words"], crowd_said["top"]) == (2, 18, [("calm", 12), ("warm", 6)])
    assert (experts_said["distinct"], experts_said["at_same_size"]) == (1, pytest.approx(1))
    # As many words as the experts said, drawn from the crowd's 12 and 6.
    assert 1.9 < crowd_said["at_same_size"] < 2
    assert clips(report, f"word/words/{team(report, 'Crowd')['id']}/warm")[0] == 6


def test_teams_differ_in_time_and_cost(crowd):
    report = compute(crowd[0])

    crowd_cost, expert_cost = (team(report, name)["cost_per_answer"] for name in ("Crowd", "Experts"))
    assert round(crowd_cost, 6) == round(10 / 3600 * 12, 6)
    assert round(expert_cost / crowd_cost, 6) == 9
    assert team(report, "Experts")["median_ms"] == 30_000
    assert team(report, "Crowd")["cost_per_item"] == pytest.approx(3 * crowd_cost)


def test_teams_come_to_the_same(crowd):
    between = of(compute(crowd[0]), "pace")["between"]

    assert [(row["n"], row["right"]) for row in between] == [(6, 6)]


def test_two_by_two(crowd):
    task, users = crowd

    pairs = {frozenset((row["a"], row["b"])): row for row in of(compute(task), "pace")["pairs"]}

    assert len(pairs) == 10
    pair = pairs[frozenset(str(users[at].pk) for at in (0, 2))]
    assert (pair["n"], round(pair["percent"], 4), pair["kappa"]) == (6, 0.6667, 0.5)


def test_who_was_stopped_does_not_count(crowd):
    task, users = crowd
    Standing.objects.create(task=task, user=users[2], state="stopped", reason="Too often wrong")

    report = compute(task)

    assert (report.figures["page"]["answers"], of(report, "pace")["agreement"]["all"]["n_apart"]) == (24, 0)
    cem = next(person for person in report.figures["page"]["people"] if person["name"] == "Cem")
    assert (cem["standing"], cem["answers"]) == ("stopped", 0)


def test_one_answer_each_says_nothing_about_agreement(people, dataset):
    task = make_task(dataset, by=people.administrator, questions=(PACE,), review_mode="none")
    answer_all(task, [people.operator], said=lambda who, position: {"pace": "slow"})

    page = compute(task).figures["page"]

    assert (page["answered"], page["overlapping"], page["questions"][0]["agreement"]) == (6, 0, {})
    # One person's answer is what holds, which says nothing about them.
    assert page["people"][0]["accuracy"]["n"] == 0


def test_a_task_nobody_answered(people, dataset):
    task = make_task(dataset, by=people.administrator)

    page = compute(task).figures["page"]

    assert (page["answers"], page["people"], page["teams"]) == (0, [], [])


def test_computing_again_replaces(crowd):
    task, _users = crowd
    first = compute(task)

    second = compute(task)

    assert QualityReport.objects.get().pk == first.pk
    assert first.figures == second.figures
    assert second.computed_at > first.computed_at


def test_items_in_slices(crowd, monkeypatch):
    whole = compute(crowd[0]).figures
    # Smaller than the answers to one item, so that each item is cut off and read again.
    monkeypatch.setattr("annotations.reports.reading.SLICE", 3)

    assert compute(crowd[0]).figures == whole


def test_answers_an_auditor_mended_are_told_as_they_were_given(people, dataset):
    task = make_task(dataset, by=people.administrator, questions=(PACE,), overlap=2)
    users = [people.operator, people.annotation_administrator]
    answer_all(task, users, said=lambda who, position: {"pace": ("slow", "fast")[who]})
    while (turn := reviewing.next_review_for(task, by=people.auditor)) is not None:
        reviewing.fix(turn, by=people.auditor, body={"answers": {"pace": "normal"}, "size": "major"})
        task.refresh_from_db()

    report = compute(task)

    assert of(report, "pace")["agreement"]["all"]["percent"] == 0
    assert {person["accuracy"]["right"] for person in report.figures["page"]["people"]} == {0}


def test_the_job_is_done_with_the_report(crowd):
    job = ask(crowd[0], by=None)
    assert ask(crowd[0], by=None) == job

    run(str(job.pk))

    job.refresh_from_db()
    assert (job.state, QualityReport.objects.get().n_submissions) == (Job.State.COMPLETED, 30)
    assert ask(crowd[0], by=None) != job
