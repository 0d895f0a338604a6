"""The charts of the report: each with its figures as a table, and the clips behind each bar."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotations.charts import Chart, series
from annotations.reports import said, sides
from annotations.reports.showing import ALL, Cell, Figures, Link, Section, Table, named

LOOKS = ("accent", "ok", "busy", "warn", "aside")
MOST_PEOPLE_DRAWN = 40
MOST_WORDS_DRAWN = 16
MOST_IN_CLOUD = 60
SIZES = 8
COLLARS = ("50", "100", "200", "500")
# As the histogram is counted: see annotations.reports.marking.
BIN_MS, BINS = 50, range(-10, 11)


@dataclass(frozen=True)
class Drawn:
    """A chart of the page: its name among the charts' data, its box, and its table."""

    name: str
    title: str
    size: str
    table: Table
    hint: str = ""


@dataclass(frozen=True)
class CloudWord:
    """A word of a cloud, as large as it is frequent: 1 to SIZES."""

    text: str
    n: int
    size: int
    url: str


@dataclass(frozen=True)
class Cloud:
    name: str
    words: list[CloudWord]
    answers: int
    distinct: int


def draw(page: Figures, section: Section, *, link: Link, words: Mapping[str, str], bounds_of: str) -> dict[str, Chart]:
    """The charts of a question by name; what the page needs beside them is put into the section."""
    scopes = sides.scope_names(page)
    found: dict[str, Chart] = {}
    question = section.figures
    if section.kind == "marks" and question["agreement"]:
        found |= _events(section, scopes)
    if question["bounds"]:
        found |= _bounds(section, link=link, who=bounds_of, people=sides.names_in(page))
    if question["words"]:
        found |= _words(section, scopes, link=link, words=words)
    return found


def accuracy(page: Figures, *, link: Link) -> tuple[dict[str, Chart], Drawn | None]:
    """How often each person's answers are what holds: those who are least often right, of many people."""
    people = [person for person in page["people"] if person["accuracy"]["n"]]
    people.sort(key=lambda person: person["accuracy"]["share"])
    people = people[:MOST_PEOPLE_DRAWN]
    if not people:
        return {}, None
    labels = [person["name"] or said.DASH for person in people]
    shares = [round(100 * person["accuracy"]["share"]) for person in people]
    urls = [link(f"wrong/{one['id']}") if one["accuracy"]["share"] < 1 else "" for one in people]
    chart = {
        "labels": labels,
        "bars": [series(_("answers that are what holds, %"), "accent", shares)],
        "links": [urls],
        "is_horizontal": True,
    }
    rows = [
        [
            named(label),
            Cell(
                said.share(person["accuracy"]["share"]),
                note=said.interval(person["accuracy"]["low"], person["accuracy"]["high"]),
                url=url,
            ),
            Cell(said.count(person["accuracy"]["n"])),
        ]
        for label, person, url in zip(labels, people, urls, strict=True)
    ]
    table = Table([_("Person"), _("What holds"), _("of answers")], rows)
    drawn = Drawn("accuracy", _("How often people's answers are what holds"), _rows_size(len(people)), table)
    return {"accuracy": chart}, drawn


def _rows_size(n: int) -> str:
    return next((f"rows-{step}" for step in (4, 8, 16, 32) if n <= step), "rows-40")


def _events(section: Section, scopes: Mapping[str, str]) -> dict[str, Chart]:
    agreement = section.figures["agreement"]
    there = [(scope, name) for scope, name in scopes.items() if scope in agreement]
    name = f"events-{section.alias}"
    labels = [_("%(ms)s ms") % {"ms": collar} for collar in COLLARS]
    bars = [
        series(label, LOOKS[at % len(LOOKS)], [_percent(agreement[scope]["events"][one]["f1"]) for one in COLLARS])
        for at, (scope, label) in enumerate(there)
    ]
    rows = []
    for scope, label in there:
        of = agreement[scope]["events"]
        cells = [
            Cell(said.share(of[one]["f1"]), note=said.interval(of[one]["low"], of[one]["high"])) for one in COLLARS
        ]
        rows.append([named(label), *cells])
    rows += [
        [named(label), *(Cell(said.share(of[one])) for one in COLLARS)]
        for label, of in agreement.get(ALL, {}).get("labels", {}).items()
    ]
    hint = _("Two marks are the same when label, beginning and end fit; the bounds may differ by so much.")
    section.charts.append(Drawn(name, _("Marks that two people share"), "columns", Table(["", *labels], rows), hint))
    return {name: {"labels": labels, "bars": bars}}


def _percent(value: float | None) -> int:
    return round(100 * value) if value is not None else 0


def _bounds(section: Section, *, link: Link, who: str, people: Mapping[str, str]) -> dict[str, Chart]:
    bounds = section.figures["bounds"]
    who = who if who in bounds else ALL
    name, sides_of = f"bounds-{section.alias}", bounds[who]
    words = {"onset": _("beginnings"), "offset": _("ends")}
    counts = {side: dict(map(tuple, sides_of[side]["bins"])) for side in words if side in sides_of}
    labels = [f"{BIN_MS * place:+d}".replace("-", "−") if place else "0" for place in BINS]
    links = [
        [link(f"off/{section.alias}/{who}/{side}/{place}") if of.get(place) else "" for place in BINS]
        for side, of in counts.items()
    ]
    bars = [
        series(words[side], look, [of.get(place, 0) for place in BINS])
        for (side, of), look in zip(counts.items(), LOOKS, strict=False)
    ]
    rows = [
        [
            named(label),
            *(Cell(said.count(bar["data"][at]), url=urls[at]) for bar, urls in zip(bars, links, strict=True)),
        ]
        for at, label in enumerate(labels)
    ]
    title = _("Where bounds are set, against what holds: %(who)s") % {"who": people.get(who, _("everybody"))}
    hint = _("Milliseconds; to the left of 0 is early, to the right late.")
    heads = [_("ms"), *(bar["label"] for bar in bars)]
    section.charts.append(Drawn(name, title, "columns", Table(heads, rows), hint))
    return {name: {"labels": labels, "bars": bars, "links": links, "is_dense": len(bars) == 1}}


def _words(section: Section, scopes: Mapping[str, str], *, link: Link, words: Mapping[str, str]) -> dict[str, Chart]:
    by_scope = section.figures["words"]
    shown = [scope for scope in scopes if scope in by_scope]
    compared = [scope for scope in shown if scope != ALL] or shown
    counts = {scope: dict(map(tuple, by_scope[scope]["top"])) for scope in by_scope}
    top = [word for word, _n in by_scope[ALL]["top"]]
    drawn = top[:MOST_WORDS_DRAWN]
    # Of teams that answered differently often, shares are what can be compared.
    shares = {
        scope: [round(100 * counts[scope].get(word, 0) / by_scope[scope]["answers"]) for word in drawn]
        for scope in compared
    }
    links = [
        [link(f"word/{section.alias}/{scope}/{word}") if counts[scope].get(word) else "" for word in drawn]
        for scope in compared
    ]
    bars = [series(scopes[scope], LOOKS[at % len(LOOKS)], shares[scope]) for at, scope in enumerate(compared)]
    rows = [[named(words.get(word, word)), *_word_cells(section, word, shown, counts, link)] for word in top]
    table = Table([_("Word"), *(scopes[scope] for scope in shown)], rows)
    name = f"words-{section.alias}"
    hint = _("Per cent of answers that hold the word.")
    section.charts.append(
        Drawn(name, _("Most frequent words"), _rows_size(len(drawn) * max(1, len(bars) - 1)), table, hint)
    )
    for scope in compared:
        section.clouds.append(_cloud(section, scope, scopes[scope], link=link, words=words))
    chart = {"labels": [words.get(word, word) for word in drawn], "bars": bars, "links": links, "is_horizontal": True}
    return {name: chart}


def _word_cells(section: Section, word: str, scopes: list[str], counts: Any, link: Link) -> list[Cell]:
    return [
        Cell(
            said.count(counts[scope].get(word, 0)),
            url=link(f"word/{section.alias}/{scope}/{word}") if counts[scope].get(word) else "",
        )
        for scope in scopes
    ]


def _cloud(section: Section, scope: str, name: str, *, link: Link, words: Mapping[str, str]) -> Cloud:
    """The words in the order of the alphabet; their area, not their height, goes with how often they were said."""
    of = section.figures["words"][scope]
    top = of["top"][:MOST_IN_CLOUD]
    most = max((n for _word, n in top), default=1)
    shown = [
        CloudWord(
            words.get(word, word),
            n,
            max(1, round(SIZES * (n / most) ** 0.5)),
            link(f"word/{section.alias}/{scope}/{word}"),
        )
        for word, n in top
    ]
    return Cloud(name, sorted(shown, key=lambda word: word.text.casefold()), of["answers"], of["distinct"])
