"""How far people agree, for the card: the same figures as on the task's Quality page. Needs numpy: for workers."""

from collections.abc import Iterator
from typing import Any

from annotations.answers import FormQuestion
from annotations.exchange.card import Agreed
from annotations.exchange.sides import Side
from annotations.models import LabelingTask
from annotations.reports.agreeing import ALL, Agreement
from annotations.reports.clips import Clips
from annotations.reports.marking import SHOWN_COLLAR_MS, MarkAgreement
from annotations.reports.measures import Kind, Measure, measures_of
from annotations.reports.reading import heard_items

ALPHAS = {
    Kind.NAMES: "Krippendorff's alpha, nominal",
    Kind.SCALE: "Krippendorff's alpha, ordinal",
    Kind.NUMBERS: "Krippendorff's alpha, interval",
    Kind.SETS: "Krippendorff's alpha, sets (Jaccard)",
    Kind.WORDS: "Krippendorff's alpha, sets (Jaccard)",
}
F1 = f"mean F1 of pairs, within {SHOWN_COLLAR_MS} ms"
WHY = {"one_rater": "one person per item", "no_variation": "all answers are equal"}


def agreed_in(task: LabelingTask, form: tuple[FormQuestion, ...], *, sides: tuple[Side, ...]) -> list[Agreed]:
    """For each question that can be compared: all people, and the people of each team among themselves."""
    if not task.is_shared:
        return []
    has_teams = bool(sides)
    n_items = task.items.count()
    gathered: list[Any] = [
        MarkAgreement(measure, clips=Clips(), seed=task.seed, has_teams=has_teams, n_items=n_items)
        if measure.kind == Kind.MARKS
        else Agreement(measure, clips=Clips(), seed=task.seed, has_teams=has_teams)
        for measure in measures_of(form)
    ]
    for heard in heard_items(task):
        for one in gathered:
            given = [(said, one.measure.value(said.answers)) for said in heard.said]
            one.add(heard.position, [(said, value) for said, value in given if value is not None])
    names = {ALL: "everybody", **{str(side.team_id): side.name for side in sides}}
    return [row for one in gathered for row in _rows(one.measure, one.figures(), names)]


def _rows(measure: Measure, figures: dict[str, dict[str, Any]], names: dict[str, str]) -> Iterator[Agreed]:
    for scope, who in names.items():
        found = figures.get(scope)
        if found is None:
            continue
        if measure.kind == Kind.MARKS:
            at = found["events"][str(SHOWN_COLLAR_MS)]
            empty = f"{found['n_empty']} of them without any mark" if found["n_empty"] else ""
            yield Agreed(measure.alias, F1, who, found["n_items"], at["f1"], at["low"], at["high"], empty)
            continue
        yield _of_alpha(measure.alias, ALPHAS[measure.kind], who, found["n_items"], found["alpha"])
        if found.get("escape"):
            beside = ", ".join(sorted(map(str, measure.escape)))
            name = f"Krippendorff's alpha, {beside} or not"
            yield _of_alpha(measure.alias, name, who, found["n_items"], found["escape"])


def _of_alpha(alias: str, name: str, who: str, n_items: int, alpha: dict[str, Any]) -> Agreed:
    note = WHY.get(alpha["reason"], "")
    return Agreed(alias, name, who, n_items, alpha["value"], alpha["low"], alpha["high"], note)
