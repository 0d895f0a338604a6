"""Names of downloads."""

import pytest

from datasets.serving import disposition


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.zip", "attachment; filename=\"a.zip\"; filename*=UTF-8''a.zip"),
        ("ü b.zip", "attachment; filename=\"_ b.zip\"; filename*=UTF-8''%C3%BC%20b.zip"),
        (
            'x"; evil="1\r\n.zip',
            "attachment; filename=\"x_; evil=_1__.zip\"; filename*=UTF-8''x%22%3B%20evil%3D%221%0D%0A.zip",
        ),
    ],
)
def test_a_download_is_named_for_old_and_new_browsers(name, header):
    assert disposition(name) == header
