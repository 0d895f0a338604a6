import json

from bench.rows import Row, as_table, written


def test_a_floor_is_the_least_a_value_may_be(tmp_path):
    rows = [
        Row("f1_echo", 0.81, "", 0.82, "", is_floor=True),
        Row("f1_glitch", 0.82, "", 0.82, "", is_floor=True),
        Row("train_s", 91.0, "s", 90, ""),
        Row("load", 1.0, "", None, ""),
    ]

    assert [row.within for row in rows] == [False, True, False, None]
    assert ">= 0.82  NO" in as_table(rows).splitlines()[1]
    written(rows, to=tmp_path / "bench.json")
    assert [row["is_floor"] for row in json.loads((tmp_path / "bench.json").read_text())] == [True, True, False, False]
