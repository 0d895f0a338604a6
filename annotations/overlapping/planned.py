"""Teams, a share of the items and dynamic overlap of a task in the making: what they are, and what cannot be."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from annotations.models import Question
from annotations.models.collaboration import MOST_OVERLAP
from annotations.overlapping.options import options_of
from annotations.quality.confidence import MOST_OPTIONS
from annotations.questions import alias_for, clean_configuration
from workspaces.models import Team
from workspaces.permissions import Right, members_with

if TYPE_CHECKING:
    from annotations.actions.plans import Problem, TaskPlan


@dataclass(frozen=True)
class TeamSeat:
    """A team that labels, how many of its people label each item, and whether their answers are those that count."""

    team: Team
    overlap: int = 1
    decides: bool = False


class Named(NamedTuple):
    """A question of the plan under the alias its answers will go by; `options` None: it is no choice of few."""

    alias: str
    name: str
    options: list[Any] | None


def named_questions(plan: "TaskPlan") -> list[Named]:
    """The questions with their aliases, in order. Expects questions that are right."""
    ids = [asked.question_id for asked in plan.questions if asked.question_id]
    library = Question.objects.in_bulk(ids) if ids else {}
    found: list[Named] = []
    for asked in plan.questions:
        known = library.get(asked.question_id) if asked.question_id else None
        kind, name = (known.type, known.name) if known else (asked.type, asked.name.strip())
        kept = known.configuration if known else clean_configuration(kind, asked.configuration, dataset=plan.dataset)
        alias = asked.alias or alias_for(name, taken={row.alias for row in found})
        found.append(Named(alias, name, options_of(kind, kept)))
    return found


def overlap_problems(plan: "TaskPlan") -> Iterator["Problem"]:
    """What is wrong with who labels an item together. Whether the people suffice is asked of a plan that is right."""
    for index, seat in enumerate(plan.teams):
        if not 1 <= seat.overlap <= MOST_OVERLAP:
            yield _problem("teams", _("Between 1 and 20 people of a team can label an item."), index, "overlap")
        if seat.team.workspace_id != plan.dataset.workspace_id:
            sentence = _("“%(team)s” is no team of this workspace.") % {"team": seat.team}
            yield _problem("teams", sentence, index, "team_id")
        if seat.team.pk in {other.team.pk for other in plan.teams[:index]}:
            yield _problem("teams", _("“%(team)s” is named twice.") % {"team": seat.team}, index, "team_id")
    if plan.teams and plan.annotators:
        yield _problem("teams", _("Either teams label, or people who are named: leave one of the two out."))
    if sum(seat.decides for seat in plan.teams) > 1:
        yield _problem("teams", _("One team decides at most. Choose one, or let all answers count together."))
    if plan.teams and plan.people > MOST_OVERLAP:
        sentence = _("The teams come to %(people)d people per item, and at most %(most)d can label one.")
        yield _problem("teams", sentence % {"people": plan.people, "most": MOST_OVERLAP})
    if plan.teams and plan.overlap not in (1, plan.people):
        yield _problem("overlap", _("Each team says how many of its people label an item: leave this out."))
    yield from _share_problems(plan)
    yield from _dynamic_problems(plan)


def _problem(name: str, sentence: str, *where: str | int) -> "Problem":
    return ("body", name, *where), sentence, "value_error"


def _share_problems(plan: "TaskPlan") -> Iterator["Problem"]:
    if not 1 <= plan.overlap_percent <= 100:
        yield _problem("overlap_percent", _("Give a number from 1 to 100."))
    elif plan.overlap_percent < 100 and plan.numbers():
        sentence = _("People with numbers share all items out: leave this at 100, or give nobody a number.")
        yield _problem("overlap_percent", sentence)
    elif plan.overlap_percent < 100 and plan.people == 1:
        sentence = _("One person labels each item anyway: ask for more people per item, or leave this at 100.")
        yield _problem("overlap_percent", sentence)


def _dynamic_problems(plan: "TaskPlan") -> Iterator["Problem"]:
    if plan.dynamic_overlap is None:
        return
    if not plan.people < plan.dynamic_overlap <= MOST_OVERLAP:
        sentence = _("Give more than the %(people)d who are asked first, and at most %(most)d, or nothing.")
        yield _problem("dynamic_overlap", sentence % {"people": plan.people, "most": MOST_OVERLAP})
    if not 0.5 < plan.dynamic_confidence < 1:
        yield _problem("dynamic_confidence", _("Give a confidence above 0.5 and below 1, such as 0.8."))
    if not plan.dynamic_question:
        yield _problem("dynamic_question", _("Say by which question it is decided whether one more person is asked."))


def question_problems(plan: "TaskPlan") -> Iterator["Problem"]:
    """Whether the question that dynamic overlap is decided by can decide it. Expects questions that are right."""
    if plan.dynamic_overlap is None or not plan.dynamic_question:
        return
    found = {row.alias: row for row in named_questions(plan)}.get(plan.dynamic_question)
    if found is None:
        sentence = _("There is no question with the alias “%(alias)s”.") % {"alias": plan.dynamic_question}
        yield _problem("dynamic_question", sentence)
    elif found.options is None:
        sentence = _("“%(name)s” is neither a choice of one answer nor a rating, with at most %(most)d answers.")
        yield _problem("dynamic_question", sentence % {"name": found.name, "most": MOST_OPTIONS})


def people_problems(plan: "TaskPlan") -> Iterator["Problem"]:
    """Whether there are enough people for what each item asks. Expects a plan that is right otherwise."""
    most = plan.dynamic_overlap or plan.people
    if 0 < len(plan.annotators) < most and plan.dynamic_overlap is not None:
        sentence = _("%(people)d named, but up to %(most)d are asked about an item: name more, or lower this.")
        yield _problem("dynamic_overlap", sentence % {"people": len(plan.annotators), "most": most})
    if not plan.teams:
        return
    members = _members(plan)
    in_how_many = Counter(person for people in members.values() for person in people)
    lead = next((seat for seat in plan.teams if seat.decides), plan.teams[0])
    for index, seat in enumerate(plan.teams):
        wanted = seat.overlap + (most - plan.people if seat == lead else 0)
        # Somebody who is in two teams may take the turn of either, and then is missing in the other.
        alone = [person for person in members[seat.team.pk] if in_how_many[person] == 1]
        if len(alone) < wanted:
            yield _problem("teams", _too_few(seat, wanted, alone, members[seat.team.pk]), index, "overlap")


def _members(plan: "TaskPlan") -> dict[Any, list[Any]]:
    """By team the people in it who may label in the workspace."""
    ids = [seat.team.pk for seat in plan.teams]
    allowed = members_with(Right.LABEL, plan.dataset.workspace).filter(teams__in=ids)
    found: dict[Any, list[Any]] = {pk: [] for pk in ids}
    for team, person in allowed.values_list("teams__id", "id"):
        if team in found:
            found[team].append(person)
    return found


def _too_few(seat: TeamSeat, wanted: int, alone: Iterable[Any], members: Iterable[Any]) -> str:
    n_alone, n_members = len(list(alone)), len(list(members))
    if n_alone < n_members:
        sentence = _(
            "“%(team)s” has %(n)d people who may label and are in no other of these teams, but %(wanted)d of them are "
            "asked about an item: add people to the team, or lower the number."
        )
    else:
        sentence = _(
            "“%(team)s” has %(n)d people who may label, but %(wanted)d of them are asked about an item: add people to "
            "the team, or lower the number."
        )
    return sentence % {"team": seat.team, "n": n_alone, "wanted": wanted}
