"""Days with their weekdays, in many spellings: one date, one event."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from pipeline.contract.raw import RawRecord
from pipeline.prose import Prose, Rules
from pipeline.prose.days import days_in

#: A Saturday.
WRITTEN = datetime(2026, 11, 21, 12, tzinfo=UTC)
ZONES = {
    "en": "Europe/London",
    "us": "America/New_York",
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "es": "Europe/Madrid",
    "it": "Europe/Rome",
    "nl": "Europe/Amsterdam",
}


def starts(text: str, language: str = "en") -> list[str]:
    """The starts that a text announces; `us` is English with the month first."""
    prose = Prose(
        text=text,
        now=WRITTEN,
        published=WRITTEN,
        timezone=ZONES[language],
        language="en" if language == "us" else language,
    )
    return [str(one.start)[:16] for one in Rules().extract(prose) if isinstance(one, RawRecord)]


def titles(text: str, language: str = "en") -> list[str]:
    prose = Prose(text=text, now=WRITTEN, published=WRITTEN, timezone=ZONES[language], language=language)
    return [one.title for one in Rules().extract(prose) if isinstance(one, RawRecord)]


SPELLINGS = {
    "en": (
        ("Saturday", "Sat", "Sat.", "Sat,", "Saturday,", "This Saturday,"),
        ("28.11.2026", "28.11.26", "28.11.", "28/11/2026", "28/11", "28 November", "28th November 2026", "28 Nov.", "the 28th of November"),
        ("8pm", "8 p.m.", "at 8pm", "20:00", ", 8pm"),
    ),
    "us": (
        ("Saturday", "Sat", "Sat.,", "Saturday,"),
        ("Nov 28", "Nov. 28th", "November 28, 2026", "11/28", "11/28/2026", "11/28/26", "11-28-2026"),
        ("8pm", "at 8 PM", "@ 8pm", "20:00"),
    ),
    "de": (
        ("Sa", "Sa.", "Sa,", "Samstag", "Samstag,", "Am Samstag, den", "Samstagabend,", "Sonnabend,"),
        ("28.11.2026", "28.11.26", "28.11.", "28.11", "28. November", "28. November 2026"),
        ("20 Uhr", ", 20 Uhr", "um 20 Uhr", "20:00", "20h"),
    ),
    "fr": (
        ("samedi", "sam.", "sam", "Le samedi", "ce samedi"),
        ("28.11.2026", "28/11/2026", "28/11", "28 novembre", "28 nov. 2026", "28-11-2026"),
        ("20h", "à 20h00", "à 20h"),
    ),
    "es": (
        ("sábado", "sabado", "sáb.", "El sábado", "sábado,"),
        ("28.11.2026", "28/11/2026", "28/11", "28 de noviembre", "28 de noviembre de 2026"),
        ("20:00", "a las 20:00", "20h"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", SPELLINGS)
def test_a_weekday_before_a_date_is_no_second_event(language: str) -> None:
    wrong = [
        text
        for parts in product(*SPELLINGS[language])
        if starts(text := f"{' '.join(parts)} The Lamps", language) != ["2026-11-28 20:00"]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "28.11.2026 Saturday 8pm The Lamps"), ("en", "28.11.2026 (Saturday) 8pm The Lamps"), ("en", "28 November, Saturday, 8pm The Lamps"),
        ("en", "2026-11-28 Sat 20:00 The Lamps"), ("us", "Nov 28 (Sat) 8pm The Lamps"), ("us", "Nov 28th, Saturday night, 8pm: The Lamps"),
        ("us", "Saturday night, Nov 28, 8pm: The Lamps"), ("en", "Saturday 8pm, 28 November: The Lamps"), ("us", "8pm on Saturday, November 28: The Lamps"),
        ("en", "8pm Saturday 28.11.2026 The Lamps"), ("en", "Next Saturday (28 November) 8pm The Lamps"), ("en", "Sat 28-11-2026 8pm: The Lamps"),
        ("de", "28.11. (Sa) 20 Uhr The Lamps"), ("de", "28.11.2026 Samstag 20 Uhr The Lamps"), ("de", "Am Samstag, dem 28.11., um 20 Uhr: The Lamps"),
        ("de", "Nächsten Samstag, 28.11., 20 Uhr: The Lamps"), ("de", "20 Uhr, Samstag 28.11.: The Lamps"),
        ("fr", "28/11/2026, samedi, 20h : The Lamps"), ("fr", "samedi prochain, 28 novembre, 20h : The Lamps"), ("fr", "20h, samedi 28.11.2026 : The Lamps"),
        ("es", "28 de noviembre (sábado) a las 20h: The Lamps"), ("it", "sabato 28.11.2026 ore 20: The Lamps"),
    ],
)  # fmt: skip
def test_a_weekday_anywhere_beside_its_date_is_no_second_event(language: str, text: str) -> None:
    assert starts(text, language) == ["2026-11-28 20:00"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tomorrow, Sunday 22.11., 8pm The Lamps", ["2026-11-22 20:00"]),
        ("Tonight, Saturday 21 November, 8pm The Lamps", ["2026-11-21 20:00"]),
        ("Fri 27.11. & Sat 28.11. 8pm The Lamps", ["2026-11-27 20:00", "2026-11-28 20:00"]),
        (
            "Fri 27.11.2026 8pm The Owls\nSat 28.11.2026 9pm The Lamps",
            ["2026-11-27 20:00", "2026-11-28 21:00"],
        ),
        ("Fri 4.12. - Sun 6.12. Winter Market at Blue Room", ["2026-12-04"]),
        ("Sat 05.12. The Lamps", ["2026-12-05"]),
        ("Sat 5.12 8pm The Lamps", ["2026-12-05 20:00"]),
        ("Sat 8.30pm The Lamps", ["2026-11-21 20:30"]),
        ("Saturday 8pm The Lamps", ["2026-11-21 20:00"]),
        ("Saturday 21 Nov 8pm: Quiz\nTomorrow 9pm: Jam", ["2026-11-21 20:00", "2026-11-22 21:00"]),
        ("Tickets on sale Friday 27.11. 10am. The Lamps, Sat 5.12. 8pm", ["2026-12-05 20:00"]),
    ],
)
def test_each_day_that_is_meant_is_one(text: str, expected: list[str]) -> None:
    assert starts(text) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Saturday 14.11.2026 8pm The Lamps"), ("en", "Sat 14.11. 8pm The Lamps"), ("en", "Apply by Saturday 28.11. 8pm"),
        ("en", "Early bird until Sat 28.11. 8pm"), ("us", "Early bird ends 8pm, Dec 5"), ("us", "Registration opens 8pm, Dec 5"),
        ("de", "Anmeldung bis Samstag 28.11. 20 Uhr"), ("es", "Inscripciones hasta el sábado 28.11. 20h"),
    ],
)  # fmt: skip
def test_past_days_deadlines_and_sales_with_weekdays_are_no_events(language: str, text: str) -> None:
    assert starts(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("us", "Doors 7pm, show 8pm, Dec 5: The Lamps at Blue Room"), ("us", "7pm doors, 8pm show, Dec 5: The Lamps at Blue Room"),
        ("us", "Doors at 7pm, music at 8pm, Saturday December 5: The Lamps at Blue Room"), ("us", "Dec 5: doors 7pm, show 8pm, The Lamps at Blue Room"),
        ("en", "Doors 7pm, show 8pm, Sat 5.12.: The Lamps at Blue Room"), ("de", "Einlass 19 Uhr, Beginn 20 Uhr, Sa 5.12.: The Lamps im Blue Room"),
        ("fr", "Portes 19h, concert 20h, 5 décembre : The Lamps au Blue Room"),
    ],
)  # fmt: skip
def test_doors_and_show_before_the_date(language: str, text: str) -> None:
    prose = Prose(
        text=text,
        now=WRITTEN,
        published=WRITTEN,
        timezone=ZONES[language],
        language="en" if language == "us" else language,
    )
    (one,) = Rules().extract(prose)
    assert isinstance(one, RawRecord)
    assert (one.title, one.venue.name) == ("The Lamps", "Blue Room")
    assert (one.start, one.doors) == (datetime(2026, 12, 5, 20), datetime(2026, 12, 5, 19))


def test_a_weekday_that_begins_a_title_stays_there() -> None:
    assert titles("28 Nov: Saturday Night Fever at the Odeon, 8pm") == ["Saturday Night Fever"]
    assert titles("28.11.2026: Friday Night Dinner, 8pm") == ["Friday Night Dinner"]


def test_a_weekday_at_odds_with_its_date_lowers_the_belief() -> None:
    (right,) = days_in("Saturday 28.11.2026 8pm", written=WRITTEN.date())
    (odd,) = days_in("Friday 28.11.2026 8pm", written=WRITTEN.date())
    assert (right.first, odd.first) == (date(2026, 11, 28), date(2026, 11, 28))
    assert odd.confidence < right.confidence


def test_a_word_of_hindi_that_begins_like_today_is_not_today() -> None:
    assert [
        str(day.first)
        for day in days_in("आजादी का अमृत महोत्सव, 28 नवंबर", written=WRITTEN.date(), language="hi")
    ] == ["2026-11-28"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Fr/Sa 4./5.12. Lichterfest", ["2026-12-04", "2026-12-05"]), ("de", "4./5. Dezember Lichterfest", ["2026-12-04", "2026-12-05"]),
        ("de", "4. und 5.12. 20 Uhr Lichterfest", ["2026-12-04 20:00", "2026-12-05 20:00"]), ("de", "28./29.11.2026 Lichterfest", ["2026-11-28", "2026-11-29"]),
        ("de", "Donnerstag, 3. und Freitag, 4. Dezember, 20 Uhr: Lichterfest", ["2026-12-03 20:00", "2026-12-04 20:00"]),
        ("de", "3., 4. und 5. Dezember Lichterfest", ["2026-12-03", "2026-12-04", "2026-12-05"]),
        ("en", "Fri 4th & Sat 5th Dec 8pm Lamp Fair", ["2026-12-04 20:00", "2026-12-05 20:00"]),
        ("en", "4th & 5th Dec Lamp Fair", ["2026-12-04", "2026-12-05"]),
        ("us", "Dec 4/5: Lamp Fair", ["2026-12-04", "2026-12-05"]), ("us", "Sat/Sun, Dec 5/6: Lamp Fair", ["2026-12-05", "2026-12-06"]),
        ("us", "Dec 5 & 6, 10am-4pm Lamp Fair", ["2026-12-05 10:00", "2026-12-06 10:00"]),
        ("fr", "les 5 et 6 décembre à 20h : Fête des lampes", ["2026-12-05 20:00", "2026-12-06 20:00"]),
        ("fr", "5 et 6/12 à 20h : Fête", ["2026-12-05 20:00", "2026-12-06 20:00"]),
        ("es", "5 y 6 de diciembre, Feria de Luz", ["2026-12-05", "2026-12-06"]),
        ("it", "Sabato 5 e domenica 6 dicembre dalle ore 10 alle 19 Fiera", ["2026-12-05 10:00", "2026-12-06 10:00"]),
    ],
)  # fmt: skip
def test_days_that_share_a_month_are_one_each(language: str, text: str, expected: list[str]) -> None:
    assert starts(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "last"),
    [
        ("de", "4.-6.12. Lichterfest", date(2026, 12, 6)), ("de", "Fr–So 4.–6. Dezember Lichterfest", date(2026, 12, 6)),
        ("fr", "du 4 au 6/12 Fête des lampes", date(2026, 12, 6)), ("en", "Lamp Fair, 4 December to 2 January", date(2027, 1, 2)),
    ],
)  # fmt: skip
def test_a_span_of_days_is_one_event(language: str, text: str, last: date) -> None:
    (day,) = days_in(text, written=WRITTEN.date(), language=language, month_first=False)
    assert (day.first, day.last) == (date(2026, 12, 4), last)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "12/5 Main Road, Lamp Street"), ("en", "No. 12/5, 3rd Main"), ("de", "Seite 4 und 5.12"), ("en", "v2 and 3.12 are out"),
        ("de", "Sa/So 4./5.12. Fest"),
        ("en", "Sat 12.5. 8pm The Lamps"), ("de", "Fr 5.12. 20 Uhr Die Lampen"), ("de", "14.11. Lichterfest"), ("en", "Sat 20.30 €"),
        ("en", "the 13th and 15th Nov"),
        ("en", "Open Mon to Sat 10.30am - 8.30pm"), ("fr", "du mardi au samedi 9h-12h30"), ("en", "Weekend plans sorted"),
    ],
)  # fmt: skip
def test_numbers_and_weekdays_that_are_no_days(language: str, line: str) -> None:
    assert days_in(line, written=WRITTEN.date(), language=language, month_first=False) == []


def test_of_a_number_and_a_count_the_count_is_no_day() -> None:
    assert [
        (day.first, day.last)
        for day in days_in("Dec 5 and 10 bands", written=WRITTEN.date(), month_first=True)
    ] == [(date(2026, 12, 5), None)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Sat 20.30 The Lamps", ["2026-11-21 20:30"]), ("en", "Sat 20.30 The Lamps, Sun 15.00 The Owls", ["2026-11-21 20:30", "2026-11-22 15:00"]),
        ("de", "Fr 4.12. 20.30 Die Lampen", ["2026-12-04 20:30"]), ("us", "Dec 6, 5:30 seating: Lamp Supper", ["2026-12-06 17:30"]),
        ("us", "Dec 6: The Lamps. Doors 7, show 8", ["2026-12-06 20:00"]), ("us", "Dec 6, 6:30: Lamp Run", ["2026-12-06 06:30"]),
        ("nl", "5 december van 11.00 tot 17.00 uur: Lampenfeest", ["2026-12-05 11:00"]), ("es", "5 de diciembre, de 11 a 20 h: Feria", ["2026-12-05 11:00"]),
        ("us", "Dec 5, 10 a.m. to noon: Lamp Workshop", ["2026-12-05 10:00"]), ("us", "Dec 5, 8pm - midnight: Lamp Party", ["2026-12-05 20:00"]),
    ],
)  # fmt: skip
def test_times_of_day_beside_a_day(language: str, text: str, expected: list[str]) -> None:
    assert starts(text, language) == expected


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Our album is out 4 December"), ("de", "Am 24.12. geschlossen"), ("fr", "Fermé le 25 décembre"), ("en", "closed from 24 December to 2 January"),
        ("nl", "Solliciteer voor 1 december"), ("pt", "Inscrições até 30 de novembro"), ("es", "Horario: sábado 10.00-14.00"), ("de", "Mo-Sa 9-18 Uhr"),
        ("de", "So 20 Leute waren da"),
    ],
)  # fmt: skip
def test_releases_closures_and_opening_hours_are_no_days(language: str, line: str) -> None:
    assert days_in(line, written=WRITTEN.date(), language=language, month_first=False) == []


def test_short_german_weekdays_count_before_their_times() -> None:
    assert starts("Sa 20.30 Die Lampen, So 17.00 Der Chor", "de") == ["2026-11-21 20:30", "2026-11-22 17:00"]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "We reopen Friday at 8am"), ("en", "Shipping cutoff is 15 December"), ("en", "Available from 1 December"), ("fr", "Réouverture lundi à 9h"),
        ("es", "Cerramos del 24 al 26 de diciembre"), ("nl", "op 5 december sluiten wij"), ("de", "Ab Sa 5.12. sind wir wieder da"), ("en", "Sat mats 2.30pm"),
        ("de", "Der Vorverkauf für das Fest startet am Dienstag um 10 Uhr"), ("en", "The house welcomed its millionth guest on Thursday at 2 p.m."),
        ("en", "Friday at 12 Main Street"), ("de", "Am Mittwoch wurde der Platz um 11 Uhr eröffnet"), ("fr", "La mairie a inauguré jeudi à 11h la crèche"),
        ("nl", "Op zondag 29 november zijn wij gesloten"), ("de", "Das Haus ist am 23.12. nur bis 13 Uhr geöffnet"),
        ("en", "The hearing set for 24 November has been postponed"), ("de", "Der Treff FÄLLT AM 6.12. AUS"), ("en", "Finals (#3 vs. 6/11)"),
        ("en", "Round 4: Owls 14.11. (95) beat Lamps"), ("en", "We open at 11 a.m. Saturday walks last five hours and begin at 10 a.m."),
    ],
)  # fmt: skip
def test_days_of_closures_sales_and_reports_are_no_events(language: str, line: str) -> None:
    assert days_in(line, written=WRITTEN.date(), language=language, month_first=False) == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Lamp party! Friday at 7, Blue Room", ["2026-11-27 19:00"]), ("en", "Brunch of Lamps every Sunday 12 noon - 4 pm", ["2026-11-22 12:00"]),
        ("us", "Dec 11 + 12, 7:30: A Lamp Carol", ["2026-12-11 19:30", "2026-12-12 19:30"]),
        ("us", "Dec 11, 7:30: Lamps", ["2026-12-11"]),
        ("us", "Dec 11, 9:30: Lamps", ["2026-12-11 09:30"]), ("us", "On sale Tues 11/24 10am. Lamp Walk: Dec. 18", ["2026-12-18"]),
        ("de", "Lampenfest im Hof: 31.12., Einlass 20 Uhr, Beginn 21 Uhr", ["2026-12-31 21:00"]),
        ("fr", "Fête, mardi 8 décembre, 18 h 30", ["2026-12-08 18:30"]),
        ("de", "Termine: 28.11. Basar (10-16 Uhr), 6.12. Feier (15 Uhr)", ["2026-11-28 10:00", "2026-12-06 15:00"]),
        ("de", "+++ FREITAG +++ 27.11. +++ 23 UHR +++ LAMPENKELLER +++", ["2026-11-27 23:00"]),
        ("it", "Sab 28 nov – ore 21,30 – Festa di Luce", ["2026-11-28 21:30"]),
        ("us", "WednesdayDecember 9, 20267:30pm: The Lamps", ["2026-12-09 19:30"]),
        ("it", "Ven 4 dic h 22 Festa di Luce", ["2026-12-04 22:00"]), ("it", "4 dicembre ore 9-20 Festa di Luce", ["2026-12-04 09:00"]),
    ],
)  # fmt: skip
def test_hours_without_their_half_or_unit(language: str, text: str, expected: list[str]) -> None:
    assert starts(text, language) == expected
