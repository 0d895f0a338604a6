import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from praatio import textgrid as praatio_textgrid

from datasets.formats.regions import FormatError, Region, clean
from datasets.formats.textgrid import Tier, read_textgrid, write_textgrid

TEN_HOURS_MS = 36_000_000
LABELS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12) | st.sampled_from(
    [
        'say "hi"',
        '"',
        '""',
        "two\nlines",
        "שלום עולם",
        "😀👩‍👩‍👧",
        'item [2]:\n class = "IntervalTier"',
        "xmin = 3",
        "! no",
        "<exists>",
    ]
)
REGIONS = st.lists(
    st.builds(
        Region,
        st.integers(0, TEN_HOURS_MS),
        st.integers(0, TEN_HOURS_MS),
        LABELS.filter(str.strip),
        id=st.text("ab"),
    ),
    max_size=12,
)
NARROW = st.lists(
    st.builds(
        Region,
        st.integers(0, 12),
        st.integers(0, 12),
        st.sampled_from(["a", "b c", '"']),
    ),
    max_size=12,
)


def stretches(regions):
    return [region for region in regions if region.start_ms < region.end_ms]


def points(regions):
    return [Region(region.start_ms, region.start_ms, region.label, id=region.id) for region in regions]


def sorted_triples(regions):
    return sorted((region.start_ms, region.end_ms, region.label) for region in regions)


def test_long_form_to_the_letter():
    tiers = [
        Tier("marks", [Region(250, 500, 'a "b"'), Region(500, 900, "c")]),
        Tier("events", [Region(700, 700, "x")], has_points=True),
    ]

    text = write_textgrid(tiers, duration_ms=1_000).decode()

    assert [line.strip() for line in text.splitlines()] == [
        'File type = "ooTextFile"', 'Object class = "TextGrid"', "",
        "xmin = 0.000", "xmax = 1.000", "tiers? <exists>", "size = 2", "item []:",
        "item [1]:", 'class = "IntervalTier"', 'name = "marks"', "xmin = 0.000", "xmax = 1.000",
        "intervals: size = 4",
        "intervals [1]:", "xmin = 0.000", "xmax = 0.250", 'text = ""',
        "intervals [2]:", "xmin = 0.250", "xmax = 0.500", 'text = "a ""b"""',
        "intervals [3]:", "xmin = 0.500", "xmax = 0.900", 'text = "c"',
        "intervals [4]:", "xmin = 0.900", "xmax = 1.000", 'text = ""',
        "item [2]:", 'class = "TextTier"', 'name = "events"', "xmin = 0.000", "xmax = 1.000",
        "points: size = 1", "points [1]:", "number = 0.700", 'mark = "x"',
    ]  # fmt: skip


@given(REGIONS)
@example([])
@example([Region(0, TEN_HOURS_MS, "all")])
def test_read_gives_back_what_was_written(regions):
    tiers = [
        Tier("marks", stretches(regions)),
        Tier('the "points"', points(regions), has_points=True),
    ]

    again = read_textgrid(write_textgrid(tiers, duration_ms=TEN_HOURS_MS))

    for has_points, name in [(False, "marks"), (True, 'the "points"')]:
        found = [tier for tier in again if tier.has_points == has_points]
        assert found[0].name == name
        assert [tier.name for tier in found[1:]] == [f"{name}#{number}" for number in range(2, len(found) + 1)]
        given_regions = tiers[has_points].regions
        assert sorted_triples(region for tier in found for region in tier.regions) == sorted_triples(
            clean(given_regions, duration_ms=TEN_HOURS_MS)
        )


# The oracle strips labels, takes the words below for the file's own structure, and halves no quotes in points.
ORACLE_LABELS = LABELS.map(str.strip).filter(
    lambda label: label and not any(word in label for word in ("item [", "xmin =", "xmax =", "intervals ["))
)


@given(
    st.lists(
        st.builds(Region, st.integers(0, 9_999), st.integers(0, 9_999), ORACLE_LABELS),
        max_size=8,
    ),
    NARROW,
)
def test_the_oracle_reads_the_same_regions(tmp_path_factory, wide, narrow):
    wide = [region for region in stretches(wide) if not region.label.startswith('"') and not region.label.endswith('"')]
    tiers = [
        Tier("wide", wide),
        Tier("narrow", stretches(narrow)),
        Tier("ticks", points(narrow), has_points=True),
    ]
    path = tmp_path_factory.mktemp("oracle") / "x.TextGrid"
    path.write_bytes(write_textgrid(tiers, duration_ms=10_000))

    grid = praatio_textgrid.openTextgrid(str(path), includeEmptyIntervals=False, reportingMode="error")

    found = {name: [] for name in ("wide", "narrow", "ticks")}
    for tier in grid.tiers:
        for *times, label in tier.entries:
            found[tier.name.split("#")[0]].append((round(times[0] * 1000), round(times[-1] * 1000), label))
    assert sorted(found["wide"]) == sorted_triples(clean(wide, duration_ms=10_000))
    assert sorted(found["narrow"]) == sorted_triples(stretches(narrow))
    assert sorted(label.replace('""', '"') for _, _, label in found["ticks"]) == sorted(r.label for r in narrow)
    assert (grid.minTimestamp, grid.maxTimestamp) == (0, 10)


@given(
    st.lists(
        st.builds(Region, st.integers(0, 9_998), st.integers(0, 9_998), st.sampled_from("abc")),
        max_size=9,
    )
)
def test_reads_what_the_oracle_writes_in_both_forms(tmp_path_factory, regions):
    lane, reached = [], 0
    for region in clean(stretches(regions), duration_ms=9_998):
        if region.start_ms >= reached:
            lane.append(region)
            reached = region.end_ms
    grid = praatio_textgrid.Textgrid(0, 10)
    entries = [(region.start_ms / 1000, region.end_ms / 1000, region.label) for region in lane]
    grid.addTier(praatio_textgrid.IntervalTier("marks", entries, 0, 10))
    folder = tmp_path_factory.mktemp("oracle")

    for form in ("long_textgrid", "short_textgrid"):
        path = folder / form
        grid.save(str(path), format=form, includeBlankSpaces=True, minimumIntervalLength=None)

        assert read_textgrid(path.read_bytes()) == [Tier("marks", lane)]


def test_intervals_tile_the_file_in_every_tier():
    regions = [Region(0, 600, "a"), Region(300, 900, "b"), Region(600, 1_000, "c")]

    text = write_textgrid([Tier("m", regions)], duration_ms=1_000).decode()

    edges = [line.split("= ")[1].strip() for line in text.splitlines() if line.startswith(" " * 12 + "x")]
    assert edges == [
        *("0.000", "0.600", "0.600", "1.000"),
        *("0.000", "0.300", "0.300", "0.900", "0.900", "1.000"),
    ]
    assert [tier.name for tier in read_textgrid(text.encode())] == ["m", "m#2"]


def test_a_lane_never_takes_the_name_of_another_tier():
    overlapping = [Region(0, 9, "a"), Region(0, 9, "b"), Region(0, 9, "c")]

    data = write_textgrid([Tier("m", overlapping), Tier("m#2", [])], duration_ms=9)

    assert [tier.name for tier in read_textgrid(data)] == ["m", "m#3", "m#4", "m#2"]


def test_an_unlabeled_region_takes_the_name_of_its_tier():
    assert read_textgrid(write_textgrid([Tier("m", [Region(1, 5, " ")])], duration_ms=9)) == [
        Tier("m", [Region(1, 5, "m")])
    ]


def test_control_characters_become_blanks_and_line_breaks_stay():
    data = write_textgrid([Tier("m", [Region(0, 9, "a\tb\x00c\r\nd\re\u2028f")])], duration_ms=9)

    assert read_textgrid(data)[0].regions[0].label == "a b c\nd\ne f"


def test_a_file_without_length_still_has_a_time_line():
    assert b"xmax = 0.001" in write_textgrid([Tier("m", [])], duration_ms=0)


@pytest.mark.parametrize(
    "tiers",
    [
        [Tier("m", [Region(3, 3, "point")])],
        [Tier("m", [Region(3, 4, "stretch")], has_points=True)],
        [Tier("m", []), Tier("m", [], has_points=True)],
    ],
)
def test_write_refuses_what_no_tier_can_hold(tiers):
    with pytest.raises(ValueError, match="tier"):
        write_textgrid(tiers, duration_ms=9)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_reads_every_usual_encoding(encoding, newline):
    data = write_textgrid([Tier("m", [Region(1, 5, "שלום")])], duration_ms=9).decode()

    assert read_textgrid(data.replace("\n", newline).encode(encoding)) == [Tier("m", [Region(1, 5, "שלום")])]


def test_comments_and_other_words_are_passed_over():
    text = '"ooTextFile" "TextGrid"\n0 1 ! one second\n<exists> 1 tier\n"TextTier" "m" from 0 to 1 : 1\n5e-1 "x"'

    assert read_textgrid(text.encode()) == [Tier("m", [Region(500, 500, "x")], has_points=True)]


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"RIFF", 1, "Expected a text in quotes, but the file ends here."),
        (b'File type = "ooTextFile"\nObject class = "Pitch 1"\n', 1, "This is not a TextGrid in text form."),
        (b'"ooTextFile"\n"TextGrid"\n0 1\n<exists>\n1.5', 5, "'1.5' is not a number of entries."),
        (b'"ooTextFile"\n"TextGrid"\n0 "a"', 3, "Expected a number, found '\"a\"'."),
        (b'"ooTextFile"\n"TextGrid"\n0 1 <exists> 1\n"Formant" "m"', 4, "'Formant' is not a kind of tier."),
        (b'"ooTextFile"\n"TextGrid"\n0 1 <exists> 1\n"IntervalTier" "m" 0 1 1\n1 0 "a"', 5,
         "The interval ends before it starts."),
        (b'"ooTextFile"\n"TextGrid"\n0 1 <exists> 1\n"TextTier" "m" 0 1 1\n1e999 "a"', 5,
         "'1e999' is not a time in seconds."),
        (b'"ooTextFile"\n"TextGrid"\n0 1 <exists> 1\n"TextTier" "m" 0 1 1\n1 "a', 5,
         "Expected a text in quotes, found '\"a'."),
        (b'"ooTextFile"\n\xff', 2, "This text is neither UTF-8 nor UTF-16."),
    ],
)  # fmt: skip
def test_a_broken_file_names_the_line(data, line, message):
    with pytest.raises(FormatError) as caught:
        read_textgrid(data)

    assert (caught.value.line, caught.value.message) == (line, message)
