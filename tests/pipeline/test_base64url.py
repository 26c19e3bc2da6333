"""Base64url without padding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.base64url import read_base64url, write_base64url


@given(st.binary(max_size=200))
def test_what_is_written_is_read_and_has_only_signs_of_addresses(raw):
    text = write_base64url(raw)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert read_base64url(text) == read_base64url(text + "=" * (-len(text) % 4)) == raw


@pytest.mark.parametrize("text", ["a", "ab c", "ab%20", "é", "ab\n", "a=b"])
def test_another_text_is_refused(text):
    with pytest.raises(ValueError, match="not base64url"):
        read_base64url(text)
