"""Titles in capitals, calmed."""

import pytest

from pipeline.titles.capitals import calmed


@pytest.mark.parametrize(
    ("loud", "calm"),
    [
        ("THE GREAT BIG BAND OF NYC LIVE IN CONCERT", "The Great Big Band of NYC Live in Concert"),
        ("DJ SHADOW AT RED ROCKS WITH CUT CHEMIST", "DJ Shadow at Red Rocks with Cut Chemist"),
        ("5K RUN FOR AIDS RESEARCH", "5K Run for AIDS Research"),
        ("DON'T STOP THE MUSIC", "Don't Stop the Music"),
        ("HENRY VIII: THE MUSICAL", "Henry VIII: The Musical"),
        ("KARAT – DIE KULTBAND AUS DEM OSTEN", "Karat – die Kultband aus dem Osten"),
        ("SUMMER SLOW JAMS DAY PARTY at THE ROOFTOP", "Summer Slow Jams Day Party at the Rooftop"),
        ("NEUER CHOR am Markt: HERBST", "NEUER CHOR am Markt: HERBST"),
        ("KINDERTHEATER", "KINDERTHEATER"),
        ("JAZZ NIGHT", "JAZZ NIGHT"),
        ("Jazz NIGHT With Friends", "Jazz NIGHT With Friends"),
        ("ನಮ್ಮ ಬೆಂಗಳೂರು ಹಬ್ಬ", "ನಮ್ಮ ಬೆಂಗಳೂರು ಹಬ್ಬ"),
    ],
)
def test_calmed(loud: str, calm: str) -> None:
    assert calmed(loud) == calm
    assert calmed(calm) == calm


@pytest.mark.parametrize(
    "title", ["NASA", "DJ EZ", "MEDEA", "AC/DC", "ABBA", "MGMT", "BTS", "INXS", "R.E.M."]
)
def test_short_names_stay_as_they_are(title: str) -> None:
    assert calmed(title) == title


def test_the_other_words_of_an_event_say_how_a_name_is_written() -> None:
    evidence = "The AEE chapter meets with DevOps people and McCartney, chapter by chapter. Social hour."
    assert (
        calmed("AEE CHAPTER SOCIAL WITH MCCARTNEY AND DEVOPS", evidence)
        == "AEE Chapter Social with McCartney and DevOps"
    )
    assert calmed("THE AEE CHAPTER SOCIAL", evidence.upper()) == "The Aee Chapter Social"


@pytest.mark.parametrize(
    ("loud", "calm"),
    [
        ("VISITE DE L'ENTREPRISE", "Visite de l'Entreprise"),
        ("L'ELISIR D'AMORE AT NOON", "L'Elisir d'Amore at Noon"),
        ("CONAN O'BRIEN LIVE TONIGHT", "Conan O'Brien Live Tonight"),
        ("DEVENIR ASSISTANT(E) MATERNEL(LE)", "Devenir Assistant(e) Maternel(le)"),
    ],
)
def test_letters_that_lean_on_a_word(loud: str, calm: str) -> None:
    assert calmed(loud) == calm
    assert calmed(calm) == calm
