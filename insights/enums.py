"""Words of the log of interactions."""

from enum import StrEnum
from typing import Final


class Interaction(StrEnum):
    """What a reader does with an event, or follows."""

    VIEW = "view"
    LONG_VIEW = "long_view"
    TICKET = "ticket"
    SHARE = "share"
    SAVE = "save"
    REGISTER = "register"
    ATTEND = "attend"
    HIDE = "hide"
    FOLLOW = "follow"


class Surface(StrEnum):
    """Where the event was shown to them before; '' is what nobody knows, such as a link from elsewhere."""

    UNKNOWN = ""
    HOME = "home"
    CITY = "city"
    LIST = "list"
    SEARCH = "search"
    MAP = "map"
    SIMILAR = "similar"
    FOR_ME = "for_me"
    SAVED = "saved"
    MAIL = "mail"
    EVENT = "event"


#: What is taken back by its opposite, so that the log does not say it any more.
UNDONE: Final = {
    "unsave": Interaction.SAVE,
    "unhide": Interaction.HIDE,
    "unfollow": Interaction.FOLLOW,
    "unregister": Interaction.REGISTER,
}
