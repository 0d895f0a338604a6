"""Answers as the rows and labels of exchange formats."""

from collections.abc import Iterator
from typing import Any

from annotations.answers import FormQuestion
from annotations.models import QuestionType
from annotations.origins import origin_of
from annotations.results import ResultAnswer, ResultItem
from annotations.words.pool import pool_for
from datasets.formats.regions import Region, texts_as_labels
from datasets.formats.textgrid import Tier

# What is answered by pointing at the recording. The other types have one value.
MARKS = (QuestionType.REGIONS, QuestionType.TIMESTAMP)


def regions_of(answer: ResultAnswer, question: FormQuestion) -> list[Region]:
    """What was marked for one question: regions as they are, moments as points under the question's alias."""
    value = answer.answers.get(question.alias)
    if question.type == QuestionType.REGIONS:
        return [
            Region(row["start_ms"], row["end_ms"], row["label"], text=row["note"], id=row["id"]) for row in value or ()
        ]
    if question.type == QuestionType.TIMESTAMP:
        moments = [] if value is None else value if isinstance(value, list) else [value]
        return [Region(moment, moment, question.alias) for moment in moments]
    return []


def audacity_regions(answer: ResultAnswer, form: tuple[FormQuestion, ...]) -> list[Region]:
    """All marks of one person on one track."""
    return [region for question in form for region in regions_of(answer, question)]


def textgrid_tiers(answer: ResultAnswer, form: tuple[FormQuestion, ...], *, numbered: bool) -> Iterator[Tier]:
    """A tier per question that asks for marks, one more for notes; `numbered` where several people answered."""
    for question in form:
        if question.type not in MARKS:
            continue
        name = f"{question.alias} {answer.slot + 1}" if numbered else question.alias
        regions = regions_of(answer, question)
        yield Tier(name, regions, has_points=question.type == QuestionType.TIMESTAMP)
        if any(region.text for region in regions):
            yield Tier(f"{name} notes", texts_as_labels(regions))


def csv_rows(item: ResultItem, answer: ResultAnswer, form: tuple[FormQuestion, ...]) -> Iterator[dict[str, Any]]:
    """One row per mark, and one per other answer: a form is one answer."""
    common = {
        "position": item.position,
        "item_id": str(item.id),
        "filename": item.audio[0].filename if item.audio else "",
        "annotator": answer.annotator,
        "corrected_by": answer.corrected_by,
        "correction": answer.correction,
        "reviewer": answer.reviewer or "",
        "first_reviewer": answer.first_reviewer or "",
        "approval_origin": answer.origin,
        "revision": answer.revision,
        **({"team": answer.team} if answer.team else {}),
    }
    for question in form:
        row = common | {"question": question.alias, "type": question.type}
        marks = regions_of(answer, question)
        kept = answer.answers.get(question.alias) if question.type == QuestionType.REGIONS else ()
        origins = {one["id"]: origin_of(one, item, answer) for one in kept or ()}
        for number, region in enumerate(marks, start=1):
            label = region.label if question.type == QuestionType.REGIONS else ""
            place = {"mark": number, "label": label, "start_ms": region.start_ms, "end_ms": region.end_ms}
            yield row | place | {"note": region.text} | origins.get(region.id, {})
        value = answer.answers.get(question.alias)
        if value is not None and question.type == QuestionType.WORDS:
            yield from (row | cells for cells in word_rows(question, value))
        elif value is not None and question.type not in MARKS:
            yield row | {"value": value}


def word_rows(question: FormQuestion, answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One row per word: `label` is its code, which a free word has not, `value` the word itself."""
    pool = pool_for(question.configuration)
    words = [(code, pool.label(code) if pool else code) for code in answer.get("terms", ())]
    words += [("", word) for word in answer.get("words", ())]
    for number, (code, word) in enumerate(words, start=1):
        yield {"mark": number, "label": code, "value": word}
    if answer.get("cannot_judge"):
        yield {"value": "cannot judge"}
