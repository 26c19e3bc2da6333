from dataclasses import replace

import pytest

from pipeline.refinement.steps.language import language
from pipeline.text.languages import code_of, detect
from tests.pipeline.refinement.steps.drafts import CONTEXT, draft

SPANISH = "Taller de poesía en la biblioteca municipal con los autores del barrio. Entrada libre hasta completar aforo."


def reported(one, context=CONTEXT):
    return language([one], context, None)[0].event


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SPANISH, "es"),
        ("Wanderung zur Burg mit anschließender Einkehr im Gasthof", "de"),
        ("Rejoignez-nous pour une soirée de musique et de danse au théâtre", "fr"),
        ("ಬೆಂಗಳೂರಿನಲ್ಲಿ ಸಂಗೀತ ಕಚೇರಿ", "kn"),
        ("<p>Join us for an <b>evening</b> of stories &amp; songs at the library</p>", "en"),
    ],
)
def test_the_words_or_the_script_tell(text, code):
    assert detect(text)[0] == code


def test_nothing_to_read_is_no_language():
    assert detect("12:30 – 2026 https://example.org/en/words") == ("", 0.0)


def test_a_short_title_takes_the_sources_language():
    assert reported(draft("Yoga"), replace(CONTEXT, language="de-AT")).language == "de"


def test_a_short_title_of_a_silent_source_stays_unknown():
    event = reported(draft("Dua Lipa"))
    assert (event.language, event.confidence["language"]) == ("", 0.0)


def test_what_the_event_declares_holds_for_short_texts_and_falls_for_long_ones():
    assert reported(draft("Jazz Night", raw={"language": "fr-FR"})).language == "fr"
    assert reported(draft("Taller", description=SPANISH, raw={"language": "en-us"})).language == "es"


def test_order_length_and_dropped_drafts_stay():
    drafts = [
        draft("Konzert im Park", dropped="past"),
        draft("Concierto de piano en la plaza mayor de la ciudad"),
    ]
    done = language(drafts, CONTEXT, None)
    assert done[0] is drafts[0]
    assert done[1].event.language == "es"


@pytest.mark.parametrize(
    ("declared", "code"),
    [("en-US", "en"), ("pt_BR", "pt"), ("deu", "de"), ("xyz", ""), ("", ""), ("English", "")],
)
def test_codes(declared, code):
    assert code_of(declared) == code
