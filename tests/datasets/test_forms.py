"""Lines of metadata, there and back."""

from hypothesis import given
from hypothesis import strategies as st

from datasets.forms import _as_lines, _from_lines

plain = st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters=":")
names = st.text(plain, min_size=1, max_size=12).map(str.strip).filter(bool)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(names, values, max_size=4))
def test_metadata_comes_back_as_it_was(metadata):
    assert _from_lines(_as_lines(metadata)) == metadata
