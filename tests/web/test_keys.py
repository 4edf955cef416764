"""Keys and versions that an address or a form gives."""

import pytest

from coordination.web.forms import key_of


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1", 1),
        # Versions of rows that are deleted now and then begin anywhere up to here.
        (str(2**30), 2**30),
        (str(2**31 - 1), 2**31 - 1),
        (str(2**31), 0),
        ("9" * 40, 0),
        ("-1", 0),
        ("١", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_what_no_column_holds_is_the_key_that_no_row_has(text: str | None, key: int) -> None:
    assert key_of(text) == key
