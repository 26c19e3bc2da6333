"""Running text is no title: sentences, headlines of collections, and the names in them."""

import pytest

from pipeline.prose.sentences import is_over_many, quoted_in, reads_as_sentence, who_announces


@pytest.mark.parametrize(
    "words",
    [
        "When it comes to our scene, the talent is unreal",
        "It’s a big, fun weekend here",
        "you can rock out",
        "The market is open again after a long winter",
        "Even when",
        "Save the lamp oil and share it",
        "We played our first show at a small church last night and it went well",
        "Será una noche única para disfrutar",
        "En el tradicional patio de la casa grande, este",
        "서울의 작은 가게에 오신 것을 환영합니다",
        "उत्सव का आयोजन किया जाएगा",
        "今夜も楽しく踊ります",
    ],
)
def test_sentences(words: str) -> None:
    assert reads_as_sentence(words)


@pytest.mark.parametrize(
    "words",
    [
        "Jazz night", "In the Heights", "This Is Spinal Tap", "The Birds and the Bees: A Lecture for Grown-Ups", "Quiz", "Konzert mit dem Chor", "Open Mic",
        "We Are the Lanterns", "What the Butler Saw", "Noche de Flamenco", "기타 독주회", "पंडित का गायन", "It’s a Wonderful Life",
    ],
)  # fmt: skip
def test_names(words: str) -> None:
    assert not reads_as_sentence(words)


@pytest.mark.parametrize(
    "headline",
    [
        "Things to do this weekend",
        "Bulletin board for Wednesday",
        "Termine im Mai",
        "12 shows to see",
        "Où aller demain ?",
    ],
)
def test_headlines_over_many(headline: str) -> None:
    assert is_over_many(headline)


@pytest.mark.parametrize(
    "headline", ["The Lanterns play the Blue Room", "Harvest Dinner", "Lesung mit Anna Stein"]
)
def test_headlines_of_one(headline: str) -> None:
    assert not is_over_many(headline)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Am Freitag liest sie aus „Das leise Haus“.", "Das leise Haus"),
        ('It will be "An Evening of Lamps," they say', "An Evening of Lamps"),
        ("con “La Música sin fin”, de la banda", "La Música sin fin"),
        ("They don't, and won't, tell", ""),
    ],
)
def test_quoted_names(words: str, name: str) -> None:
    assert quoted_in(words) == name


@pytest.mark.parametrize(
    ("headline", "who"),
    [
        ("The Lanterns announce winter tour", "The Lanterns"),
        ("Rosa Trio to embark on a tour", "Rosa Trio"),
        ("Winter tour of the Lanterns", ""),
    ],
)
def test_who_announces(headline: str, who: str) -> None:
    assert who_announces(headline) == who
