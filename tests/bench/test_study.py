"""A small study in this process: the same people, rules and results as in `python -m bench study`."""

from collections import Counter

import pytest

from bench.study import Study, best_worker, majority
from bench.study_people import HOW_OFTEN, SCALES, World

SIZES = {"clips": 24, "controls": 24, "experts": 4, "crowd": 8, "spammers": 2}


@pytest.fixture
def call(api, db):
    """The API without a network; jobs are done once results are asked for, not after each answer."""
    from workspaces.jobs import run
    from workspaces.models import Job

    def call(key, method, path, body=None):
        answer = getattr(api(key=key), method)(f"/api/v1/{path}", body)
        if path.endswith("aggregate"):
            for job in Job.objects.due().order_by("pk"):
                run(str(job.pk))
        return answer.status_code, answer.json() if answer.content else {}

    return call


def test_a_small_study_stops_who_does_not_listen_and_comes_to_what_is_true(call):
    from bench.study_scene import made

    world = World(**SIZES)
    study = Study(world, made(World(**SIZES)), call)
    study.prepare()
    study.label()
    found = study.outcome()

    assert (found.spammers_stopped, found.honest_stopped) == (2, 0)
    assert found.spammer_answers <= 20
    assert found.aggregated > 0.9
    assert found.aggregated >= found.majority
    # Everybody who did not stop answered; each clip has three answers of each team that count.
    counted = Counter(name for person in world.people if person.is_honest for name in person.said)
    assert set(counted.values()) == {6}


def test_the_same_people_say_the_same_in_every_run():
    one, other = (World(**SIZES) for _ in range(2))

    assert one.clips == other.clips
    assert [one.handed_in(one.people[n], one.clips[5]) for n in range(12)] == [
        other.handed_in(other.people[n], other.clips[5]) for n in range(12)
    ]


def test_truth_is_drawn_as_often_as_it_says():
    world = World(clips=4000, controls=400, experts=1, crowd=1, spammers=0)

    for alias, values in SCALES.items():
        shares = Counter(clip.scales[alias] for clip in world.clips)
        assert [shares[value] / 4000 for value in values] == pytest.approx(HOW_OFTEN, abs=0.03)
        assert max(Counter(clip.scales[alias] for clip in world.controls).values()) < 140


def test_a_tie_counts_for_what_guessing_would():
    world = World(clips=1, controls=1, experts=2, crowd=1, spammers=0)
    clip = world.clips[0]
    wrong = {alias: next(value for value in values if value != clip.scales[alias]) for alias, values in SCALES.items()}
    world.people[0].said[clip.filename] = dict(clip.scales)
    world.people[1].said[clip.filename] = wrong

    assert majority(world) == 0.5
    assert best_worker(world, least=1) == 1.0
