"""The report's figures as tables to be downloaded. Times in them are milliseconds, shares and alpha as computed."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from annotations.models import LabelingTask
from annotations.reports import sides
from annotations.reports.showing import Figures
from datasets.formats.tables import csv_table

Row = dict[str, Any]
ALPHA = ("alpha", "alpha_low", "alpha_high", "alpha_reason", "units", "values")
AGREEMENT = (
    "question", "name", "kind", "who", "items", "items_apart", "share_alike", *ALPHA, "escape_alpha", "fleiss_kappa",
    "sampled_items",
)  # fmt: skip
EVENTS = ("question", "name", "who", "label", "collar_ms", "f1", "low", "high")
PEOPLE = (
    "id", "name", "team", "standing", "question", "answers", "items", "compared", "right", "share", "low", "high",
    "control_items", "control_right", "active_ms", "ms_per_answer", "returned", "left_out",
)  # fmt: skip
TEAMS = (
    "id", "name", "people", "answers", "items", "compared", "right", "share", "low", "high", "control_items",
    "control_right", "active_ms", "ms_per_answer", "median_ms", "cost_per_hour", "cost_per_answer", "cost_per_item",
    "returned", "left_out",
)  # fmt: skip
CONFUSION = ("question", "name", "holds", "said", "answers")
WORDS = ("question", "name", "who", "word", "times", "answers", "distinct", "words_per_answer", "distinct_at_same_size")
BOUNDS = ("question", "name", "person", "side", "bin_ms", "marks", "mean_ms", "half_width_ms", "tells")
PAIRS = ("question", "name", "a", "b", "items", "share_alike", "kappa", "weighted_kappa")


def _agreement(page: Figures) -> Iterator[Row]:
    for question in page["questions"]:
        for who, found in _scoped(page, question["agreement"]):
            if "alpha" not in found:
                continue
            alpha, escape = found["alpha"], found["escape"]
            yield _of(question) | {
                "kind": question["kind"], "who": who, "items": found["n_items"], "items_apart": found["n_apart"],
                "share_alike": found["percent"], "alpha": alpha["value"], "alpha_low": alpha["low"],
                "alpha_high": alpha["high"], "alpha_reason": alpha["reason"], "units": alpha["n_units"],
                "values": alpha["n_values"], "escape_alpha": escape and escape["value"],
                "fleiss_kappa": found["fleiss"], "sampled_items": found.get("sampled"),
            }  # fmt: skip


def _events(page: Figures) -> Iterator[Row]:
    for question in page["questions"]:
        for who, found in _scoped(page, question["agreement"]):
            for collar, scores in found.get("events", {}).items():
                yield _of(question) | {"who": who, "label": "", "collar_ms": collar, **scores}
            for label, scores in found.get("labels", {}).items():
                for collar, f1 in scores.items():
                    yield _of(question) | {"who": who, "label": label, "collar_ms": collar, "f1": f1}


def _people(page: Figures) -> Iterator[Row]:
    """A row for all questions together, and one for each question."""
    teams = {team["id"]: team["name"] for team in page["teams"]}
    for person in page["people"]:
        same = {"id": person["id"], "name": person["name"], "team": teams.get(person["team"], "")}
        yield same | {"standing": person["standing"], "question": ""} | _work(person) | _right(person["accuracy"])
        for alias, right in person["questions"].items():
            yield same | {"question": alias} | _right(right)


def _teams(page: Figures) -> Iterator[Row]:
    for team in page["teams"]:
        more = {name: team[name] for name in ("people", "median_ms", "cost_per_hour", "cost_per_answer")}
        same = {"id": team["id"], "name": team["name"], "cost_per_item": team["cost_per_item"]}
        yield same | more | _work(team) | _right(team["accuracy"])


def _confusion(page: Figures) -> Iterator[Row]:
    for question in page["questions"]:
        table = question["table"] or {"values": [], "rows": []}
        for holds, counts in zip(table["values"], table["rows"], strict=True):
            for own, n in zip(table["values"], counts, strict=True):
                yield _of(question) | {"holds": holds, "said": own, "answers": n}


def _words(page: Figures) -> Iterator[Row]:
    for question in page["questions"]:
        for who, found in _scoped(page, question["words"] or {}):
            sums = {
                "answers": found["answers"], "distinct": found["distinct"], "words_per_answer": found["per_answer"],
                "distinct_at_same_size": found["at_same_size"],
            }  # fmt: skip
            for word, n in found["top"]:
                yield _of(question) | {"who": who, "word": word, "times": n} | sums


def _bounds(page: Figures) -> Iterator[Row]:
    names = sides.names_in(page)
    for question in page["questions"]:
        for who, both in (question["bounds"] or {}).items():
            for side, found in both.items():
                same = {
                    "person": names.get(who, who), "side": side, "mean_ms": found["mean"],
                    "half_width_ms": found["half_width"], "tells": found["tells"],
                }  # fmt: skip
                for place, n in found["bins"]:
                    yield _of(question) | same | {"bin_ms": 50 * place, "marks": n}


def _pairs(page: Figures) -> Iterator[Row]:
    names = sides.names_in(page)
    for question in page["questions"]:
        for pair in question["pairs"]:
            yield _of(question) | {
                "a": names.get(pair["a"], pair["a"]), "b": names.get(pair["b"], pair["b"]), "items": pair["n"],
                "share_alike": pair["percent"], "kappa": pair["kappa"], "weighted_kappa": pair.get("weighted"),
            }  # fmt: skip


def _of(question: Figures) -> Row:
    return {"question": question["alias"], "name": question["name"]}


def _scoped(page: Figures, found: Figures) -> Iterator[tuple[str, Figures]]:
    names = sides.scope_names(page)
    return ((str(names.get(scope, scope)), figures) for scope, figures in found.items())


def _work(one: Figures) -> Row:
    controls = one["controls"] or {}
    names = ("answers", "items", "active_ms", "ms_per_answer", "returned", "left_out")
    return {name: one[name] for name in names} | {
        "control_items": controls.get("n"),
        "control_right": controls.get("right"),
    }


def _right(found: Figures) -> Row:
    return {"compared": found["n"], **{name: found[name] for name in ("right", "share", "low", "high")}}


TABLES: dict[str, tuple[Callable[[Figures], Iterator[Row]], tuple[str, ...]]] = {
    "agreement": (_agreement, AGREEMENT),
    "events": (_events, EVENTS),
    "people": (_people, PEOPLE),
    "teams": (_teams, TEAMS),
    "confusion": (_confusion, CONFUSION),
    "words": (_words, WORDS),
    "bounds": (_bounds, BOUNDS),
    "pairs": (_pairs, PAIRS),
}


def download(task: LabelingTask, page: Figures | None, what: str) -> StreamingHttpResponse:
    """One of TABLES as CSV; its heading alone before a report was computed."""
    rows, columns = TABLES[what]
    name = content_disposition_header(True, f"{task.name} {what}.csv")
    return StreamingHttpResponse(
        csv_table(rows(page) if page else iter(()), columns=columns),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": name or "attachment"},
    )
