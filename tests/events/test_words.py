"""What a question in words matches: one definition for the database and for memory."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.filters import EventFilter, parse
from events.models import Organizer
from events.queries import filtered, public, terms_by_event
from pipeline.text.terms import Terms, make_terms
from places.models import City
from tests.factories import EVENING, make_event

TEXTS = [
    "Malleshwaram Theatre Festival: the K-Pop night", "Women's 5k run, women’s day", "猫カフェ と ジャズ", "ಕನ್ನಡ ನಾಟಕ ಉತ್ಸವ", "कविता की शाम",
    "Lange Nächte der Ausstellungen", "live jazz in the park", "livejazz at the jazzlive", "jazz live, DJ Zoë & R&B", "_under_score a.b.c.d.e.f",
]  # fmt: skip
LANGUAGES = ["en", "en-IN", "de", "hi", "kn", "ja", "", "zz"]


def _matches(question: str, text: str, language: str = "en") -> bool:
    return parse(question).matches(make_terms([("A", [text])], language))


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("theater", "Theatre night", "en"),
        ("theatres", "A new theater", "en"),
        ("malleswaram", "Malleshwaram walk", "en"),
        ("colour", "Color run", "en"),
        ("nights in the parks", "Night at a park", "en"),
        ("ausstellung", "Lange Ausstellungen", "de"),
        ("kpop", "K-Pop party", "en"),
        ("k-pop", "kpop party", "en"),
        ("k-pop", "K pop party", "en"),
        ("womens day", "Women's Day", "en"),
        ("dj zoe", "DJ Zoë plays", "en"),
        ("DJ 5k", "5K with a DJ", "en"),
        ("work", "Workshops", "en"),
        ('"live jazz"', "Live jazz tonight", "en"),
        ('"jazz in the park"', "Jazz in a park", "en"),
        ("猫", "可愛い猫展", "ja"),
        ("カフェ", "猫カフェの夜", "ja"),
        ("ನಾಟಕ", "ಕನ್ನಡ ನಾಟಕ", "kn"),
        ("कविता", "कविता की शाम", "hi"),
        ("the who", "The Who", "en"),
        ("jazz -rock", "Jazz night", "en"),
        ("story time library", "StoryTime at the library", "en"),
        ("hip hop", "Hiphop jam", "en"),
    ],
)
def test_these_meet(question: str, text: str, language: str) -> None:
    assert _matches(question, text, language)


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ('"live jazz"', "Jazz live", "en"),
        ('"live jazz"', "Live: the jazz", "en"),
        ('"arts"', "Art", "en"),
        ("jazz -rock", "Jazz and rock", "en"),
        ('jazz -"open air"', "Open air jazz", "en"),
        ("poster", "The last post", "en"),
        ("DJ", "Djembe", "en"),
        ("猫犬", "猫と犬", "ja"),
        ("ನಾಟ್ಯ", "ನಾಟಕ", "kn"),
        ("jazz rock", "Jazz", "en"),
    ],
)
def test_these_do_not_meet(question: str, text: str, language: str) -> None:
    assert not _matches(question, text, language)


def test_a_question_without_words_asks_for_nothing() -> None:
    assert not parse(' - "" &|!:* \0')
    assert parse("").tsquery() == ""


@pytest.mark.django_db
def test_performers_organizer_area_and_category_are_searched() -> None:
    organizer = Organizer.objects.create(name="Lantern Society", folded_name="lantern society")
    event = make_event(
        title="Dusk", organizer=organizer, performers=["Zoë Quill"], category_id="film", language="en"
    )
    make_event(title="Dawn")
    for question in ("lantern", "quill", '"zoe quill"', "film", "bengaluru dusk"):
        assert list(filtered(public(), EventFilter(q=question), now=EVENING)) == [event], question
    assert not filtered(public(), EventFilter(q='"quill blue"'), now=EVENING)


_words = st.sampled_from(" ".join(TEXTS).split()) | st.sampled_from(
    [
        "theater",
        "night",
        "women",
        "-jazz",
        '"live jazz"',
        '"jazz in a park"',
        "kpop",
        "猫",
        "ジャ",
        "nächte",
        "the",
        "-park",
        '-"k pop"',
        "5",
    ]
)
_questions = st.lists(_words, max_size=4).map(" ".join) | st.text(max_size=40)


@pytest.mark.django_db
def test_the_database_and_memory_agree_on_any_text() -> None:
    for number, text in enumerate(TEXTS):
        for language in LANGUAGES:
            make_event(title=text, description=f"<p>{TEXTS[number - 1]}</p>", language=language)
    make_event(title="x" * 300, description="猫" * 20_000, performers=["a " * 99] * 300)
    make_event(title="y", description="jazz " * 4_000 + "a-" * 5_000)
    terms = terms_by_event(public().values_list("pk", flat=True))

    city = public()[0].city
    assert city is not None
    elsewhere = make_event(title=TEXTS[0], city=City.objects.exclude(pk=city.pk).first()).pk

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(question=_questions)
    def agree(question: str) -> None:
        asked = parse(question)
        right = {pk for pk, own in terms.items() if asked.matches(own)}
        everywhere, there = (
            filtered(public(), EventFilter(q=question, city=slug), now=EVENING) for slug in ("", city.slug)
        )
        assert set(everywhere.values_list("pk", flat=True)) - {elsewhere} == right
        assert set(there.values_list("pk", flat=True)) == right

    agree()


@given(text=st.text(max_size=300), language=st.sampled_from(LANGUAGES))
def test_what_is_written_is_read_back(text: str, language: str) -> None:
    terms = make_terms([("A", [text]), ("D", [text])], language)
    assert Terms.read(terms.tsvector()) == terms
