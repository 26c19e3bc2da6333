import pytest

from sources.checks.profanity import strong_words


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
