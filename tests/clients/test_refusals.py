"""What the door refuses, as the public client package tells it: the class of the error, and what the sentence names.

Nothing of it is repeated, and nothing is stored. One workspace serves the whole table: no row of it changes anything.
"""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
import scale_gp_beta
from scale_gp_beta import SGPClient

from tests.clients.refusals import TABLE, moments, plan
from tests.datasets.factories import wav_bytes


@dataclass(frozen=True)
class World:
    """What the calls need, by name; `programs` are clients, one for each kind of key."""

    programs: dict[str, SGPClient]
    ids: SimpleNamespace
    requests: list[str]
    count: Any


def program(url, *, key, account, **options):
    return SGPClient(base_url=url, api_key=key, account_id=account, **{"max_retries": 0, **options})


@pytest.fixture
def world(live_server, transactional_db, media):
    from django.core.signals import request_started

    seen: list[str] = []

    def note(environ, **_others):
        seen.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")

    world = made_world(live_server.url, seen, listen=lambda: request_started.connect(note))
    yield world
    request_started.disconnect(note)
    # What stays connected keeps the server's threads, and their hold on its database.
    for sdk in world.programs.values():
        sdk.close()


def made_world(url, seen, *, listen):
    from annotations.models import LabelingTask, Question
    from datasets.models import AudioFile
    from evaluations.models import DatasetItemVersion, Evaluation, EvaluationDataset, EvaluationItem
    from tests.factories import MembershipFactory, WorkspaceFactory
    from workspaces.actions import create_api_key
    from workspaces.models import Role

    lab, other = WorkspaceFactory(slug="refusing-lab"), WorkspaceFactory(slug="other-lab")
    boss, foreign_boss = (MembershipFactory(workspace=one, role=Role.ADMINISTRATOR).user for one in (lab, other))
    operator = MembershipFactory(workspace=lab, role=Role.OPERATOR).user

    def key_of(workspace, by, **options):
        return create_api_key(workspace=workspace, name="Import", by=by, **options)[1]

    key, account = key_of(lab, boss), str(lab.pk)
    programs = {
        "stranger": program(url, key=key_of(other, foreign_boss), account=str(other.pk)),
        "program": program(url, key=key, account=account),
        "wrong key": program(url, key="em_live_wrong", account=account),
        "wrong account": program(url, key=key, account="lab-of-nobody"),
        "other account": program(url, key=key, account=str(other.pk)),
        "operator": program(url, key=key_of(lab, boss, user=operator), account=account),
        "labeler": program(url, key=key_of(lab, boss, scopes=["labeling"]), account=account),
    }
    ids = made_ids(programs["program"], programs["stranger"])
    ids.other_account = str(other.pk)
    listen()
    models = (AudioFile, Question, Evaluation, EvaluationItem, EvaluationDataset, DatasetItemVersion, LabelingTask)

    def count():
        return {model.__name__: model.objects.count() for model in models}

    return World(programs, ids, seen, count)


def made_ids(sdk, stranger):
    """What is there to be asked for: files, questions, evaluations, one of each archived, and a stranger's."""
    file = sdk.files.create(file=("call.wav", wav_bytes()))
    question = sdk.questions.create(question=moments())
    put_away = sdk.questions.create(question=moments())
    sdk.questions.archive(put_away.id)
    evaluation = sdk.evaluations.create(evaluation=plan(question.id, file.id))
    archived = sdk.evaluations.create(evaluation=plan(question.id, file.id))
    sdk.evaluations.archive(archived.id)
    dataset = sdk.datasets.create(name="Rows", data=[{"text": "a"}])
    return SimpleNamespace(
        file=file.id,
        question=question.id,
        put_away=put_away.id,
        evaluation=evaluation.id,
        archived=archived.id,
        item=next(iter(sdk.evaluation_items.list(evaluation_id=evaluation.id))).id,
        dataset=dataset.id,
        foreign_file=stranger.files.create(file=("call.wav", wav_bytes())).id,
        foreign_question=stranger.questions.create(question=moments()).id,
    )


KINDS = {
    400: scale_gp_beta.BadRequestError,
    401: scale_gp_beta.AuthenticationError,
    403: scale_gp_beta.PermissionDeniedError,
    404: scale_gp_beta.NotFoundError,
    413: scale_gp_beta.APIStatusError,
    415: scale_gp_beta.APIStatusError,
    422: scale_gp_beta.UnprocessableEntityError,
}


def refused(world, who, call):
    with pytest.raises(scale_gp_beta.APIStatusError) as error:
        call(world.programs[who], world.ids)
    return error.value


def sentences(error):
    """All that was said, with the place; one that is empty or shouts says nothing."""
    detail = error.body["detail"]
    rows = [{"loc": [], "msg": detail}] if isinstance(detail, str) else detail
    assert all(row["msg"].strip() for row in rows)
    return " ".join(f"{row['msg']} ({'.'.join(map(str, row['loc']))})" for row in rows)


def test_it_is_refused_in_a_sentence_and_leaves_nothing_behind(world, subtests):
    before = world.count()
    for what, who, call, status, words in TABLE:
        with subtests.test(what):
            error = refused(world, who, call)

            assert (error.status_code, type(error)) == (status, KINDS[status]), error.body
            assert words.format(**vars(world.ids)) in sentences(error)
            assert error.response.headers["x-should-retry"] == "false"
            assert world.count() == before


def test_more_than_the_limit_is_413(world, settings):
    settings.V5_MAX_FILE_BYTES = 1000
    before = world.count()

    error = refused(world, "program", lambda sdk, ids: sdk.files.create(file=("long.wav", wav_bytes(ms=400))))

    assert (error.status_code, type(error)) == (413, KINDS[413])
    assert "1000" in sentences(error)
    assert world.count() == before


def test_what_was_refused_is_not_sent_again(world, subtests):
    """The package repeats twice by itself where the server lets it."""
    eager = {who: sdk.with_options(max_retries=2) for who, sdk in world.programs.items()}
    for what, who, call, _status, _words in TABLE[::6]:
        with subtests.test(what):
            world.requests.clear()

            refused(replace(world, programs=eager), who, call)

            assert len(world.requests) == 1
