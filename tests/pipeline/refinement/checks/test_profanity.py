import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import patterns
from pipeline.refinement.checks.profanity import strong_words


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("What the sh1t and FUUUUCK", "en", ["shit", "fuck"]),
        ("f**k this", "", ["f**k"]),
        ("Filmen er slut", "da", []),
        ("slut", "en", ["slut"]),
        ("Le train est en retard", "fr", []),
        ("Shit-faced Shakespeare", "en", []),
        ("putain de concert", "fr", ["putain"]),
        ("putain", "en", []),
        ("https://fuck.example/shit", "en", []),
        ("*** * ** D*** 100 3 0", "en", []),
        ("", "", []),
    ],
)
def test_whole_words_by_language(text, language, found):
    assert strong_words(text, language) == found


@pytest.mark.parametrize(
    "text",
    [
        "Scunthorpe United", "Penistone Show", "Alistair Cockburn on agile", "Dick Van Dyke matinee", "Pussy Riot live", "The Vagina Monologues",
        "Kunst und Kultur", "Konzert für Fagott", "Moby-Dick reading", "Fuck Buttons", "Holy Fuck (live)", "体操口交通", "Fucked Up (Canada)",
        "A B C for children",
        "Essex, Sussex and Middlesex fair", "Shiitake cooking", "Analytics and Matsushita", "Cummings reading", "MP3 at 5s a bit",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["", "en", "de"])
def test_names_and_harmless_words_stay_clean(text, language):
    assert strong_words(text, language) == []


@pytest.mark.parametrize(
    "text",
    [
        "fu\u200bck",
        "fu\u0441k",
        "\uff46\uff55\uff43\uff4b",
        "\U0001d4bb\U0001d4ca\U0001d4b8\U0001d4c0",
        "f.u.c.k",
        "f u c k",
        "FUUUUUCK!!!",
        "fu\u00adck",
        "fück".replace("ü", "u\u0336"),
    ],
)
def test_disguises_are_taken_off(text):
    assert strong_words(f"what the {text} is this") == ["fuck"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ты сука", ""), ("это пиздец", "ru"), ("操你妈的", "zh"), ("このクソ野郎", "ja"), ("ไอ้เหี้ย", "th"), ("이 씨발놈아", "ko"), ("يا ابن الكلب", "ar"),
        ("siktirsin", "tr"), ("ty kurwo jebana", "pl"), ("geciszájú", "hu"), ("putang ina mo", "fil"), ("μαλάκες", "el"),
    ],
)  # fmt: skip
def test_every_script_is_read_and_bent_words_are_known(text, language):
    assert strong_words(text, language)


def test_a_word_that_is_harmless_elsewhere_needs_its_language():
    assert (strong_words("slut", ""), strong_words("slut", "fi"), strong_words("slut", "en")) == (
        [],
        ["slut"],
        ["slut"],
    )


@given(st.text(max_size=400))
def test_whatever_the_text_an_answer_comes(text):
    assert all(isinstance(word, str) and word for word in strong_words(text))


def test_a_word_with_asterisks_becomes_no_expression():
    known = len(patterns.compiled())
    assert strong_words("What the f*ck, sh*t, f**k and x*z" + "*" * 50)
    assert len(patterns.compiled()) == known
