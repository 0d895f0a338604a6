"""A computed report as tables and charts of its page. Each figure that has clips behind it knows their address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from annotations.reports import said

Figures = Mapping[str, Any]
# The address of the clips behind a figure, by its key.
Link = Callable[[str], str]
ALL = "all"
# Shades of a table of counts.
SHADES = 5
MOST_PEOPLE = 200


@dataclass(frozen=True)
class Cell:
    """A figure in a table: what it says, what stands small beside it, and where a click leads."""

    text: str
    note: str = ""
    url: str = ""
    # 0 to SHADES, for a table that is looked at as a whole; None: not shaded.
    shade: int | None = None
    is_number: bool = True


@dataclass(frozen=True)
class Table:
    heads: list[str]
    # The first cell of a row names it.
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Section:
    """One question of the report."""

    alias: str
    name: str
    kind: str
    figures: Figures
    cells: list[tuple[str, Cell]]
    confusion: Table | None
    pairs: Table | None
    bounds: Table | None
    charts: list[Any] = field(default_factory=list)
    clouds: list[Any] = field(default_factory=list)


def named(text: str, *, note: str = "", url: str = "") -> Cell:
    return Cell(text, note=note, url=url, is_number=False)


def agreement_cell(found: Figures | None, *, link: Link, key: str) -> Cell:
    """How often two people said the same, and alpha with its interval beside it."""
    if not found:
        return Cell(said.DASH)
    url = link(key) if found["n_apart"] else ""
    if "events" in found:
        at = found["events"]["200"]
        return Cell(said.share(at["f1"]), note=said.interval(at["low"], at["high"]), url=url)
    alpha = found["alpha"]
    text = said.share(found["percent"]) if found["percent"] is not None else f"α {said.alpha(alpha)}"
    note = "" if alpha["value"] is None else f"α {said.alpha(alpha)}"
    inside = said.alpha_interval(alpha)
    return Cell(text, note=f"{note} ({inside})" if note and inside else note, url=url)


def agreement_table(page: Figures, *, link: Link) -> Table:
    """Every question: how often people agree, alpha with its interval, what it means, and alpha of the escape."""
    rows = []
    for question in page["questions"]:
        found = question["agreement"].get(ALL)
        if not found:
            continue
        alias, alpha = question["alias"], found.get("alpha")
        apart = Cell(said.count(found["n_apart"]), url=link(f"apart/{alias}/{ALL}") if found["n_apart"] else "")
        if alpha is None:
            at = found["events"]["200"]
            row = [
                Cell(said.share(at["f1"]), note=said.interval(at["low"], at["high"])),
                Cell(said.DASH),
                named(_("share of marks that the other has too, within 0.2 s")),
            ]
        else:
            escape = found.get("escape")
            means = said.alpha_means(alpha)
            if escape and escape["value"] is not None:
                means += "; " + _("off the scale or not: α %(value)s") % {"value": said.alpha(escape)}
            if found.get("sampled"):
                means += "; " + _("of a sample of %(n)s items") % {"n": said.count(found["sampled"])}
            row = [
                Cell(said.share(found["percent"])),
                Cell(said.alpha(alpha), note=said.alpha_interval(alpha)),
                named(means),
            ]
        kind = str(said.KINDS[question["kind"]])
        rows.append(
            [named(question["name"], note=kind, url=f"#q-{alias}"), Cell(said.count(found["n_items"])), apart, *row]
        )
    heads = [_("Question"), _("Items with several answers"), _("Not all alike"), _("Two people agree"), _("Alpha"), ""]
    return Table(heads, rows)


def section_of(question: Figures, *, people: Mapping[str, str], link: Link) -> Section:
    alias = question["alias"]
    found, right = question["agreement"].get(ALL), question["accuracy"]
    cells = [(_("two people agree"), agreement_cell(found, link=link, key=f"apart/{alias}/{ALL}"))]
    if right["n"]:
        cell = Cell(said.share(right["share"]), note=said.interval(right["low"], right["high"]))
        if right["right"] < right["n"]:
            cell = Cell(cell.text, note=cell.note, url=link(f"wrong/all/{alias}"))
        cells.append((_("answers are what holds"), cell))
    if found and found.get("fleiss") is not None:
        cells.append((_("Fleiss’ kappa"), Cell(said.decimal(found["fleiss"]))))
    if found and found.get("n_empty"):
        cells.append((_("items in which nobody marked anything"), Cell(said.count(found["n_empty"]))))
    for row in question["between"]:
        key = f"between/{alias}/{row['a']}/{row['b']}"
        url = link(key) if row["right"] < row["n"] else ""
        cells.append((_("teams come to the same"), Cell(said.share(row["right"] / row["n"]), url=url)))
    return Section(
        alias=alias,
        name=question["name"],
        kind=question["kind"],
        figures=question,
        cells=cells,
        confusion=confusion_table(question, link=link),
        pairs=pairs_table(question, people=people, link=link),
        bounds=bounds_table(question, people=people, link=link),
    )


def confusion_table(question: Figures, *, link: Link) -> Table | None:
    """A row for each value that holds: what people said, in counts, shaded by the share of the row."""
    table = question["table"]
    if not table:
        return None
    values = [str(value) if value != "" else _("nothing") for value in table["values"]]
    places = [-1 if value == "" else place for place, value in enumerate(table["values"])]
    rows = []
    for final, name, counts in zip(places, values, table["rows"], strict=True):
        total = sum(counts)
        if not total:
            continue
        cells = [
            Cell(
                said.count(n) if n else "",
                note=said.share(n / total) if n else "",
                url=link(f"cell/{question['alias']}/{final}/{own}") if n else "",
                shade=-(-SHADES * n // total),
            )
            for own, n in zip(places, counts, strict=True)
        ]
        rows.append([named(name), *cells, Cell(said.count(total))])
    return Table([_("What holds"), *values, _("answers")], rows)


def pairs_table(question: Figures, *, people: Mapping[str, str], link: Link) -> Table | None:
    rows = []
    for pair in question["pairs"]:
        url = link(f"pair/{question['alias']}/{pair['a']}/{pair['b']}") if pair["percent"] < 1 else ""
        rows.append(
            [
                named(f"{people.get(pair['a'], said.DASH)} · {people.get(pair['b'], said.DASH)}"),
                Cell(said.count(pair["n"]), url=url),
                Cell(said.share(pair["percent"])),
                Cell(said.decimal(pair["kappa"])),
                *([Cell(said.decimal(pair.get("weighted")))] if question["kind"] == "scale" else []),
            ]
        )
    if not rows:
        return None
    weighted = [_("weighted")] if question["kind"] == "scale" else []
    return Table([_("Two people"), _("Items in common"), _("Agree"), _("Cohen’s kappa"), *weighted], rows)


def bounds_table(question: Figures, *, people: Mapping[str, str], link: Link) -> Table | None:
    """By person: how far from the bounds that hold they set theirs, and whether that is more than chance."""
    bounds = question["bounds"]
    if not bounds:
        return None
    words = {"": "", "early": _("early"), "late": _("late")}
    rows = []
    for who, name in [(ALL, _("everybody")), *sorted(people.items(), key=lambda pair: pair[1].casefold())]:
        sides = bounds.get(who)
        if not sides:
            continue
        row = [named(name, url=f"?bounds={who}#q-{question['alias']}")]
        for side in ("onset", "offset"):
            found = sides.get(side)
            row += [
                Cell(
                    said.milliseconds(found["mean"]) if found else said.DASH,
                    note=f"±{found['half_width']:.0f}" if found and found["half_width"] is not None else "",
                ),
                named(words[found["tells"]] if found else ""),
            ]
        rows.append([*row, Cell(said.count(sides.get("onset", {}).get("n")))])
    heads = [_("Person"), _("Beginning, mean"), "", _("End, mean"), "", _("Marks")]
    return Table(heads, rows) if rows else None
