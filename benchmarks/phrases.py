"""Descriptions of made events: realistic sentences by category, so that text processing has a realistic cost."""

import random

from pipeline.taxonomy import CATEGORIES

_COVERS = {category.slug: category.covers for category in CATEGORIES}
_KINDS = {
    "music": "Live {a} music with the {b} quartet|The band plays songs from its new album|An evening concert of {a} and guitar",
    "nightlife": "Dance until late with DJs on two floors|Club night with {a} beats|The party goes on until four in the morning",
    "stage": "A new play in two acts by a local company|Theatre with {a} and masks|The ensemble dances to {b}",
    "comedy": "Stand-up comedy with five comedians|An improv show that takes your words|Laugh with {a} and friends at the open mic",
    "film": "Screening of a restored classic with subtitles|A short film programme about {a}|The director answers questions after the film",
    "art": "Opening of an exhibition of paintings by {a} artists|Gallery tour with the curator|Sculpture and photography from the {b} collection",
    "books": "Author reading and signing of the novel {a}|Book club on poems about {b}|Poets read from their new books",
    "food": "Tasting menu with wine from the {a} valley|Cooking with the chef of {b}|Brunch with fresh bread and coffee",
    "market": "Flea market with fifty stalls|Farmers sell vegetables, cheese and bread|Craft market with {a} and pottery",
    "festival": "Three days of music, food and dance across town|The annual {a} festival with a parade|Fireworks over the {b} at ten",
    "tech": "Talks on Python and machine learning|Hack night for developers who write {a}|A meetup on cloud software with demos",
    "business": "Networking breakfast for founders and investors|How to pitch your startup|A panel on marketing and sales",
    "talk": "Lecture by a professor on the history of the {a}|Panel discussion on housing in the city|Public talk on {b} and climate",
    "workshop": "Hands-on class: learn to throw pots in three hours|Bring nothing, all materials are included|Beginners' workshop on {a} drawing",
    "wellness": "Gentle yoga for all levels, bring a mat|Guided meditation and breathing|Sound bath with {a} bowls",
    "sport": "Five kilometre run along the {a}|The home team plays its derby|Open training for all levels",
    "outdoors": "Guided hike to the {a} ridge|Birdwatching at the lake, bring binoculars|Cycling tour of thirty kilometres",
    "family": "Puppets and songs for children from three years|Story time and crafts for the whole family|Kids build a {a} of paper",
}
_TURNS = (
    "Doors open half an hour before.",
    "Seats are limited, so come early.",
    "Everyone is welcome.",
    "Drinks are sold at the bar.",
    "Presented by the friends of the {a} {b}.",
    "The venue is a short walk from the station.",
    "Children under twelve come in free.",
    "Please bring a valid photo ID.",
)


def description(category: str, words: list[str], chance: random.Random) -> str:
    """About 40 words on an event of `category`, as a paragraph of HTML.

    `words` of the benchmarks' world fill the gaps. The categorizer uses the sentence encoder for about as
    many of them as of recorded events (45 of 100).
    """
    covers = _COVERS[category].split()
    told = [*chance.sample(_KINDS[category].split("|"), 2), *chance.sample(_TURNS, 2)]
    filled = [one.format(a=chance.choice(words).lower(), b=chance.choice(words)).rstrip(".") for one in told]
    return f"<p>{'. '.join(filled)}. {' '.join(chance.sample(covers, min(3, len(covers))))}.</p>"
