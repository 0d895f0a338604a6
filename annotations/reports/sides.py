"""Teams side by side, and people one below the other, as tables of the report's page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from annotations.reports import said
from annotations.reports.showing import ALL, MOST_PEOPLE, Cell, Figures, Link, Table, agreement_cell, named

Of = Callable[[Figures], Any]


def teams_table(page: Figures, *, link: Link) -> Table | None:
    """The conclusions of a study with two groups: agreement, accuracy, vocabulary, cost and speed of each team."""
    teams = page["teams"]
    if len(teams) < 2:
        return None
    rows = [
        _row(_("people"), teams, lambda team: team["people"], said.count),
        _row(_("answers"), teams, lambda team: team["answers"], said.count),
        _row(_("items"), teams, lambda team: team["items"], said.count),
        *(_agreement_row(question, teams, link=link) for question in page["questions"] if question["agreement"]),
        [named(_("answers that are what holds")), *(_share(team["accuracy"]) for team in teams)],
    ]
    if page["controls"]["n"]:
        rows.append([named(_("right on control items")), *(_share(team["controls"]) for team in teams)])
    for question in page["questions"]:
        if question["words"]:
            rows += _word_rows(question, teams)
    rows += [
        _row(_("time per answer, median"), teams, lambda team: team["median_ms"], said.seconds, compares=True),
        _row(_("time per answer, mean"), teams, lambda team: team["ms_per_answer"], said.seconds, compares=True),
    ]
    if any(team["cost_per_answer"] is not None for team in teams):
        rows += [
            _row(_("cost per answer"), teams, lambda team: team["cost_per_answer"], said.money, compares=True),
            _row(_("cost per item"), teams, lambda team: team["cost_per_item"], said.money, compares=True),
        ]
    rows += [
        _row(_("times returned"), teams, lambda team: team["returned"], said.count),
        _row(_("answers left out"), teams, lambda team: team["left_out"], said.count),
    ]
    return Table(["", *(team["name"] for team in teams)], rows)


def _row(
    name: str, teams: Sequence[Figures], of: Of, word: Callable[[Any], str], *, compares: bool = False
) -> list[Cell]:
    """A figure of each team; where they are compared, with how many times the least it is."""
    values = [of(team) for team in teams]
    least = min((value for value in values if value), default=None) if compares else None
    return [named(name), *(Cell(word(value), note=said.times(value, least)) for value in values)]


def _share(found: Mapping[str, Any]) -> Cell:
    return Cell(said.share(found["share"]), note=said.interval(found["low"], found["high"]))


def _agreement_row(question: Figures, teams: Sequence[Figures], *, link: Link) -> list[Cell]:
    cells = [
        agreement_cell(question["agreement"].get(team["id"]), link=link, key=f"apart/{question['alias']}/{team['id']}")
        for team in teams
    ]
    return [named(_("two people agree: %(question)s") % {"question": question["name"]}), *cells]


def _word_rows(question: Figures, teams: Sequence[Figures]) -> list[list[Cell]]:
    def of(name: str) -> Of:
        return lambda team: (question["words"].get(team["id"]) or {}).get(name)

    def rounded(value: float | None) -> str:
        return said.DASH if value is None else f"{value:.1f}"

    def whole(value: float | None) -> str:
        return said.DASH if value is None else said.count(round(value))

    shown = {"question": question["name"]}
    size = next((row["same_size"] for row in question["words"].values() if row["same_size"]), None)
    rows = [
        _row(_("different words: %(question)s") % shown, teams, of("distinct"), said.count, compares=True),
        _row(_("words per answer: %(question)s") % shown, teams, of("per_answer"), rounded, compares=True),
    ]
    if size:
        name = _("different words among %(n)s: %(question)s") % {**shown, "n": said.count(size)}
        rows.append(_row(name, teams, of("at_same_size"), whole, compares=True))
    return rows


def people_table(page: Figures, *, link: Link) -> Table | None:
    """Everybody whose answers count, the least often right first; those nothing is known of come last."""
    people = sorted(page["people"], key=_how_right)[:MOST_PEOPLE]
    if not people:
        return None
    has_controls = bool(page["controls"]["n"])
    teams = {team["id"]: team["name"] for team in page["teams"]}
    rows = []
    for person in people:
        right, controls = person["accuracy"], person["controls"]
        is_ever_wrong = right["n"] and right["right"] < right["n"]
        row = [
            named(person["name"] or said.DASH, note=teams.get(person["team"], "")),
            Cell(said.count(person["answers"])),
            Cell(
                said.share(right["share"]),
                note=said.interval(right["low"], right["high"]),
                url=link(f"wrong/{person['id']}") if is_ever_wrong else "",
            ),
        ]
        if has_controls:
            url = link(f"control/{person['id']}") if controls and controls["right"] < controls["n"] else ""
            note = f"{controls['right']}/{controls['n']}" if controls else ""
            row.append(Cell(said.share(controls["share"]) if controls else said.DASH, note=note, url=url))
        row += [
            Cell(said.seconds(person["ms_per_answer"])),
            Cell(said.count(person["returned"])),
            Cell(said.count(person["left_out"])),
        ]
        rows.append(row)
    controls_head = [_("Control items")] if has_controls else []
    heads = [_("Person"), _("Answers"), _("What holds"), *controls_head, _("Time each"), _("Returned"), _("Left out")]
    return Table(heads, rows)


def _how_right(person: Figures) -> tuple[bool, float, str]:
    share = person["accuracy"]["share"]
    return (share is None, share or 0.0, person["name"].casefold())


def names_in(page: Figures) -> dict[str, str]:
    return {person["id"]: person["name"] or said.DASH for person in page["people"]}


def scope_names(page: Figures) -> dict[str, str]:
    """What agreement is told of: everybody, and each team where there are several."""
    teams = page["teams"] if len(page["teams"]) > 1 else []
    return {ALL: _("everybody"), **{team["id"]: team["name"] for team in teams}}
