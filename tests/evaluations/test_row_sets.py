"""Datasets of rows in versions: whatever is done to them, every version stays exactly what it was."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluations.actions import row_sets
from evaluations.models import DatasetItemFile, DatasetItemVersion
from evaluations.row_sets import contents_of, items_in, rows_of
from evaluations.rows import Row
from tests.evaluations.factories import make_files
from workspaces.errors import IllegalMove

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
contents = st.dictionaries(texts, values, max_size=3)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(contents, min_size=1, max_size=3)),
        st.tuples(st.just("update"), st.integers(0, 20), contents),
        st.tuples(st.just("archive"), st.integers(0, 20)),
    ),
    max_size=8,
)


def stored(dataset, version):
    return [(row.item_id, row.data, row.files) for row in rows_of(dataset, version=version)]


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(first=st.lists(contents, min_size=1, max_size=3), changes=steps)
def test_any_sequence_of_changes_reproduces_every_version(people, first, changes):
    user = people.administrator
    dataset = row_sets.create_row_set(people.workspace, name="Calls", rows=[Row(one, {}) for one in first], by=user)
    items = list(dataset.items.order_by("pk"))
    present = {item.pk: content for item, content in zip(items, first, strict=True)}
    expected = [deepcopy(present)]

    for step, *given_ in changes:
        if step == "add":
            added = row_sets.add_items(dataset, [Row(one, {}) for one in given_[0]], by=user)
            items += added
            present |= {item.pk: content for item, content in zip(added, given_[0], strict=True)}
        else:
            item = items[given_[0] % len(items)]
            item.dataset = dataset
            if item.pk not in present:
                if step == "update":
                    with pytest.raises(IllegalMove):
                        row_sets.update_item(item, Row(given_[1], {}), by=user)
                else:
                    row_sets.archive_item(item, by=user)
                continue
            if step == "archive":
                row_sets.archive_item(item, by=user)
                del present[item.pk]
            else:
                row_sets.update_item(item, Row(given_[1], {}), by=user)
                if Row(given_[1], {}).content_hash == Row(present[item.pk], {}).content_hash:
                    continue
                present[item.pk] = given_[1]
        expected.append(deepcopy(present))

    dataset.refresh_from_db()
    assert dataset.version == len(expected)
    for version, held in enumerate(expected, start=1):
        assert stored(dataset, version) == [(pk, held[pk], {}) for pk in sorted(held)]
        assert set(items_in(dataset.items.all(), version=version).values_list("pk", flat=True)) == held.keys()
    assert {pk: row.data for pk, row in contents_of(items).items() if pk in present} == present


def test_files_of_every_version_are_kept_from_being_deleted(people):
    one, two = make_files(people.workspace, 2)
    dataset = row_sets.create_row_set(
        people.workspace, name="Calls", rows=[Row({}, {"audio": str(one.pk)})], by=people.administrator
    )
    item = dataset.items.get()

    row_sets.update_item(item, Row({}, {"audio": str(two.pk)}), by=people.administrator)

    named = DatasetItemFile.objects.order_by("version__since").values_list("version__since", "key", "audio")
    assert list(named) == [(1, "audio", one.pk), (2, "audio", two.pk)]


def test_the_hash_tells_content_from_other_content_whatever_the_order_of_its_keys():
    assert Row({"a": 1, "b": [2]}, {}).content_hash == Row({"b": [2], "a": 1}, {}).content_hash
    assert len({Row({"a": 1}, {}).content_hash, Row({"a": 2}, {}).content_hash, Row({}, {"a": "1"}).content_hash}) == 3


def test_many_rows_are_read_in_slices_in_their_order(people, monkeypatch):
    monkeypatch.setattr("evaluations.row_sets.SLICE", 3)
    rows = [Row({"n": number}, {}) for number in range(8)]
    dataset = row_sets.create_row_set(people.workspace, name="Calls", rows=rows, by=people.administrator)

    assert [row.data["n"] for row in rows_of(dataset, version=1)] == list(range(8))
    assert DatasetItemVersion.objects.filter(item__dataset=dataset).count() == 8


@pytest.mark.django_db(transaction=True)
def test_changes_at_the_same_moment_get_versions_of_their_own(people):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    from evaluations.models import EvaluationDataset

    dataset = row_sets.create_row_set(people.workspace, name="Calls", rows=[Row({}, {})], by=people.administrator)

    def add(number):
        try:
            mine = EvaluationDataset.objects.select_related("workspace").get(pk=dataset.pk)
            row_sets.add_items(mine, [Row({"n": number}, {})], by=people.administrator)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(8)))

    dataset.refresh_from_db()
    since = DatasetItemVersion.objects.filter(item__dataset=dataset).order_by("since").values_list("since", flat=True)
    assert dataset.version == 9
    assert list(since) == list(range(1, 10))
