import pytest

from sources.checks.spam import PATH, features, spam_filter


def test_the_filter_ships_as_numbers_with_its_figures():
    judge = spam_filter()
    assert PATH.stat().st_size < 200_000
    assert judge.metadata["figures"]["events_called_spam"] < 0.005
    assert len(judge.bad_hosts) > 1_000


@pytest.mark.parametrize(
    "text",
    [
        "URGENT! Your mobile number has been awarded a £2000 prize GUARANTEED. Call 09058094455 now",
        "Online casino free spins no deposit bonus 200% welcome bonus play now",
    ],
)
def test_spam(text):
    assert spam_filter().is_spam(text)


@pytest.mark.parametrize(
    "text", ["", "Jazz at the Blue Note", "Yoga in the park, free for all", "Concierto de piano", "Rust meetup: async in depth", "🎉" * 300]
)
def test_no_spam(text):
    assert not spam_filter().is_spam(text)


def test_features_are_bounded_whatever_the_text():
    columns, values = features("<b>" + "word " * 100_000)
    assert len(columns) == len(values) < 50
    assert all(abs(value) <= 1.5 for value in values)
