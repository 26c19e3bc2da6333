"""Days, amounts and sentences in each language, by the CLDR; English has the form of this site."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from events.words import (
    calendar_day,
    category_name,
    date_range_words,
    event_count,
    language_words,
    month_words,
    price_words,
    weekday,
)

DAY, TODAY = date(2026, 12, 12), date(2026, 12, 1)


@pytest.mark.parametrize(
    ("code", "short", "long", "month", "name"),
    [
        ("en", "Sat 12 Dec", "Saturday 12 Dec", "December 2026", "Sat"),
        ("hi", "शनि, 12 दिस॰", "शनिवार, 12 दिस॰", "दिसंबर 2026", "शनि"),
        ("kn", "ಶನಿ, 12 ಡಿಸೆಂ", "ಶನಿವಾರ, 12 ಡಿಸೆಂ", "ಡಿಸೆಂಬರ್ 2026", "ಶನಿ"),
        ("es", "sáb, 12 dic", "sábado, 12 dic", "diciembre de 2026", "sáb"),
        ("fr", "sam. 12 déc.", "samedi 12 déc.", "décembre 2026", "sam."),
    ],
)
def test_days_and_months(code: str, short: str, long: str, month: str, name: str) -> None:
    with translation.override(code):
        assert calendar_day(DAY, today=TODAY) == short
        assert calendar_day(DAY, today=TODAY, long=True) == long
        assert (month_words(DAY), weekday(DAY)) == (month, name)
        assert "2028" in calendar_day(date(2028, 1, 1), today=TODAY)


@pytest.mark.parametrize(
    ("code", "rupees", "euros", "francs"),
    [
        ("en", "₹150,000", "€12.50", "CHF 20"),
        ("hi", "₹1,50,000", "€12.50", "CHF 20"),
        ("kn", "₹150,000", "€12.50", "CHF 20"),
        ("es", "150.000\u00a0₹", "12,50\u00a0€", "20\u00a0CHF"),
        ("fr", "150\u202f000\u00a0₹", "12,50\u00a0€", "20\u00a0CHF"),
    ],
)
def test_prices(code: str, rupees: str, euros: str, francs: str) -> None:
    told = ((Decimal(150000), "INR"), (Decimal("12.5"), "EUR"), (Decimal(20), "CHF"))
    with translation.override(code):
        assert [price_words("paid", low, low, currency) for low, currency in told] == [rupees, euros, francs]


def test_sentences_come_from_the_catalogue() -> None:
    with translation.override("fr"):
        assert category_name("music") == "Musique"
        assert language_words("kn-IN") == "kannada"
        assert date_range_words(TODAY, DAY, today=TODAY).startswith("mar. 1")
        assert event_count(1204).startswith("1\u202f204")
