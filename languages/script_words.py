"""The texts that scripts of the public pages write. In English they stand in the scripts themselves.

A script says `say("Live again since {time}", { time })`; static/js/say.js looks the text up in the page.
"""

from typing import Final

from django.utils.translation import gettext, gettext_noop

from languages.codes import DEFAULT
from languages.reading import current_code

TEXTS: Final = (
    gettext_noop("Switch to night"),
    gettext_noop("Switch to day"),
    gettext_noop("Much has changed. Reload the page"),
    gettext_noop("Not live since {time}"),
    gettext_noop("Offline since {time}"),
    gettext_noop("Live"),
    gettext_noop("Live again since {time}"),
    gettext_noop("No longer listed"),
    gettext_noop("Not in this list any more"),
    gettext_noop("New: {title}"),
    gettext_noop("New events: {count}"),
    gettext_noop("This page was just updated"),
    gettext_noop("More events: {count}"),
    gettext_noop("More events: {count}, the last ones"),
    gettext_noop("By your time zone."),
    gettext_noop("By your language."),
    gettext_noop("Your city."),
    gettext_noop("The nearest to you."),
    gettext_noop("This device does not tell where it is."),
    gettext_noop("Asking where you are"),
    gettext_noop("It was not told where you are. Choose a city below."),
    gettext_noop("This device did not say where it is. Choose a place instead."),
    gettext_noop("Asking this device where it is"),
    gettext_noop("Address copied"),
    gettext_noop("Events"),
    gettext_noop("Venues"),
    gettext_noop("Performers"),
    gettext_noop("Organizers"),
    gettext_noop("Categories"),
    gettext_noop("Areas"),
    gettext_noop("Cities"),
    gettext_noop("Tags"),
    gettext_noop("Sought before"),
    gettext_noop("Suggestions"),
    gettext_noop("Suggestions: {count}"),
    gettext_noop("No suggestions"),
    gettext_noop("Forget what was sought"),
    gettext_noop("Forgotten"),
    gettext_noop("New"),
    gettext_noop("Cancelled"),
    gettext_noop("Sold out"),
    gettext_noop("Postponed"),
    gettext_noop("Moved online"),
    gettext_noop("New time"),
    gettext_noop("Updated"),
    gettext_noop("Tonight"),
    gettext_noop("Today"),
    gettext_noop("Tomorrow"),
    gettext_noop("Yesterday"),
    gettext_noop("just now"),
    gettext_noop("{minutes} min ago"),
    gettext_noop("{hours} h ago"),
    gettext_noop("Pause"),
    gettext_noop("Go on"),
    gettext_noop("Go on ({count})"),
)


def script_words() -> dict[str, str]:
    """The texts by their English ones; {} in English."""
    return {} if current_code() == DEFAULT else {text: gettext(text) for text in TEXTS}
