"""Two words within the errors share a key, whatever the errors are."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.typing_errors import errors_allowed, errors_between, keys_of

letters = st.sampled_from("abcdez")
words = st.text(letters, min_size=3, max_size=14)


def mistyped(word: str, kind: str, place: int, letter: str) -> str:
    """`word` with one error at `place`."""
    place %= len(word)
    if kind == "left out":
        return word[:place] + word[place + 1 :]
    if kind == "added":
        return word[:place] + letter + word[place:]
    if kind == "replaced":
        return word[:place] + letter + word[place + 1 :]
    return word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :]


one_error = st.tuples(
    st.sampled_from(["left out", "added", "replaced", "swapped"]), st.integers(0, 20), letters
)


@given(words, one_error, st.one_of(st.none(), one_error))
def test_words_within_the_errors_share_a_key(word, first, second):
    typed = mistyped(word, *first)
    if second and len(typed) > 1:
        typed = mistyped(typed, *second)
    allowed = errors_allowed(typed)
    if errors_between(typed, word) <= allowed:
        assert set(keys_of(typed, allowed)) & set(keys_of(word))


def test_errors_are_forgiven_by_length():
    assert [errors_allowed(word) for word in ("jaz", "jazz", "concert", "concerts")] == [0, 1, 1, 2]


def test_neighbours_swapped_are_one_error():
    assert errors_between("jzaz", "jazz") == 1
    assert errors_between("tonigt", "tonight") == 1
    assert errors_between("entirely", "other") == 3


def test_keys_are_few():
    assert len(keys_of("incomprehensibilities")) <= 29
