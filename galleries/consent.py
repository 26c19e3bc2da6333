"""What somebody agrees to who gives a photo, in each version that there was. Pure.

A row keeps the version and the language in which the text was read. A version is never changed: a new text gets a new one.
"""

from typing import Final

from django.utils.translation import gettext, gettext_noop

#: The texts by version, in English; other languages show their translation.
TEXTS: Final = {
    "2026-11": gettext_noop(
        "I took this photo, or may give it. Those who can be recognized in it agree. This site may show it with the event or venue, "
        "in smaller sizes, until I take it back, which I can do at any time."
    )
}
#: The one that is asked for now.
CURRENT: Final = "2026-11"


def text_of(version: str = CURRENT) -> str:
    """The text in the language of the page."""
    return gettext(TEXTS[version])
