"""The plain text of digests. What is said of an event is the same for all who get it in one language, so it is kept."""

from collections.abc import Sequence
from functools import lru_cache
from textwrap import wrap
from typing import Final

from django.template.loader import render_to_string

from digests.compose import html, words
from digests.compose.content import Entry, Part
from digests.models import Subscription
from languages.reading import current_code

#: Letters of a line.
WIDTH: Final = 72


def digest(
    parts: Sequence[Part],
    subscription: Subscription,
    what: str,
    under: Sequence[str],
    all_words: str,
    page: str,
) -> str:
    """The text of a digest in the active language, up to its foot."""
    shown = [
        {
            "title": words.heading_of(part, subscription),
            "rule": "-" * len(words.heading_of(part, subscription)),
            "entries": [
                _lines(entry) if entry.because else _entry(current_code(), entry) for entry in part.entries
            ],
        }
        for part in parts
    ]
    context = {
        "heading": what, "under": under, "parts": shown, "all_words": all_words, "all_url": page,
    }  # fmt: skip
    return render_to_string("digests/mail/digest.txt", context).removesuffix("\n")


@lru_cache(maxsize=html.MOST_KEPT)
def _entry(_language: str, entry: Entry) -> str:
    """The lines of one event in the active language, the same for all who get it."""
    return _lines(entry)


def _lines(entry: Entry) -> str:
    context = {
        "title": entry.title, "labels": [said for _, said in words.labels_of(entry)], "when": entry.when, "facts": entry.facts,
        "text": [] if entry.is_off else wrap(entry.text, WIDTH), "note": entry.note, "also": entry.also, "because": wrap(entry.because, WIDTH),
        "url": entry.url, "calendar_url": "" if entry.is_off else entry.calendar_url,
    }  # fmt: skip
    return render_to_string("digests/mail/entry.txt", context).removesuffix("\n")
