"""Words on pages of what a person keeps."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from django.utils.translation import gettext, ngettext

from personal.enums import FollowKind

_KINDS: Final[Mapping[FollowKind, Callable[[], str]]] = {
    FollowKind.VENUE: lambda: gettext("Venue"),
    FollowKind.ORGANIZER: lambda: gettext("Organizer"),
    FollowKind.PERFORMER: lambda: gettext("Performer"),
    FollowKind.AREA: lambda: gettext("Part of a city"),
}


def kind_words(kind: FollowKind) -> str:
    """What is followed, in a word or two."""
    return _KINDS[kind]()


def reason_words(follows: Sequence[str], *, saved: bool) -> str:
    """Why an event is among those for a person; '' where their preferences alone brought it."""
    said = []
    if saved:
        said.append(gettext("You saved it."))
    if follows:
        more = len(follows) - 1
        words = ngettext(
            "You follow %(name)s and %(more)d more.", "You follow %(name)s and %(more)d more.", more
        )
        said.append((words if more else gettext("You follow %(name)s.")) % {"name": follows[0], "more": more})
    return " ".join(said)
