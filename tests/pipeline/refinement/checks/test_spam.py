import pytest

from pipeline.refinement.checks.spam import PATH, features, spam_filter, topics_of


def test_the_filter_ships_as_numbers_with_its_figures():
    judge = spam_filter()
    assert PATH.stat().st_size < 200_000
    assert judge.metadata["figures"]["events_called_spam"] <= 0.001
    assert len(judge.bad_hosts) > 1_000


@pytest.mark.parametrize(
    "text",
    [
        "URGENT! Your mobile number has been awarded a £2000 prize GUARANTEED. Call 09058094455 now",
        "Online casino free spins no deposit bonus 200% welcome bonus play now",
        "Independent escorts in Goa, VIP call girls, WhatsApp now",
        "Casino en ligne: tours gratuits sans dépôt, cliquez ici",
        "Buy 5000 Instagram followers, instant delivery, cheap",
        "QuickBooks support number toll free, speak to a live agent",
    ],
)
def test_spam(text):
    assert spam_filter().is_spam(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Jazz at the Blue Note",
        "Yoga in the park, free for all",
        "Concierto de piano",
        "Rust meetup: async in depth",
        "🎉" * 300,
        "Film night: the rise and fall of bitcoin",
        "Concert at the Casino de Paris",
        "WhatsApp us to book a seat: pottery workshop for beginners",
        "Box office (607) 535-2346, Watkins Glen, NY 14891: chamber choir sings Brahms",
        "Black magic: stage illusions for the whole family",
    ],
)
def test_no_spam(text):
    assert not spam_filter().is_spam(text)


def test_features_are_bounded_whatever_the_text():
    columns, values = features("<b>" + "word " * 100_000)
    assert len(columns) == len(values) < 50
    assert all(abs(value) <= 1.5 for value in values)


def test_topics_are_told_by_words_in_their_order():
    assert topics_of(["online", "casino", "with", "free", "spins"]) == {"casino"}
    assert topics_of(["casino", "royale", "online"]) == set()
