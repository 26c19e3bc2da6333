import pytest

from egress.masking import has_secret, is_secret_header, mask_text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://a.org/?token=abc&x=1", "https://a.org/?token=***&x=1"),
        ("https://a.org/?x=1&KEY=abc#f", "https://a.org/?x=1&KEY=***#f"),
        (
            "https://a.org/?apikey=abc&api_key=d&client_secret=e&appid=f&app_id=g",
            "https://a.org/?apikey=***&api_key=***&client_secret=***&appid=***&app_id=***",
        ),
        ("https://joe:pw@a.org/x", "https://***@a.org/x"),
        (
            "https://calendar.google.com/calendar/ical/me/private-0a1b/basic.ics",
            "https://calendar.google.com/calendar/ical/me/private-***/basic.ics",
        ),
        ("a line\r\nforged", "a line��forged"),
        ("https://a.org/?monkey=1&keyword=x", "https://a.org/?monkey=1&keyword=x"),
    ],
)
def test_secrets_are_masked_and_the_rest_stays(text: str, wanted: str) -> None:
    assert mask_text(text) == wanted


def test_masked_text_is_bounded() -> None:
    assert len(mask_text("https://a.org/" + "x" * 100_000)) == 500


def test_what_carries_a_secret() -> None:
    assert has_secret("https://a.org/?access_token=1")
    assert not has_secret("https://a.org/?page=1")
    assert is_secret_header("Authorization")
    assert is_secret_header("X-Api-Key")
    assert not is_secret_header("Accept-Language")
