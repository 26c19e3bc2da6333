"""Why an event is recommended, in the reader's language."""

from django.utils.translation import gettext, ngettext

from insights.offering.records import Basis, Because, Reason


def in_words(reason: Reason) -> str:
    """A sentence without a stop, as plain text: what it names was told by sources or readers, and is escaped where it is shown."""
    name, count = reason.name, reason.count
    match reason.because:
        case Because.PEOPLE:
            said = gettext("People who were interested in %(name)s were interested in this too") % {
                "name": name
            }
        case Because.VENUE:
            many = ngettext(
                "You were interested in %(count)d event at %(name)s",
                "You were interested in %(count)d events at %(name)s",
                count,
            )
            said = many % {"count": count, "name": name}
        case Because.PERFORMER:
            said = gettext("You were interested in %(name)s before") % {"name": name}
        case Because.CATEGORY:
            many = ngettext(
                "You were interested in %(count)d event of this kind",
                "You were interested in %(count)d events of this kind",
                count,
            )
            said = many % {"count": count}
        case Because.STATED:
            said = gettext("It is of a kind that you want to see")
        case Because.LIKE:
            said = gettext("It is like %(name)s, in which you were interested") % {"name": name}
        case Because.TREND:
            said = gettext("Many people looked at it")
        case Because.SMALL:
            said = gettext("A small or new venue")
        case Because.NEAR:
            said = gettext("Soon, and within reach")
    return said


def about(basis: Basis) -> str:
    """From what the list was made."""
    if basis is Basis.LOG:
        return gettext("Made from what you did here, as you agreed to.")
    return gettext(
        "Made from the city, your preferences and what many people look at. With your consent it also takes into account what you do here."
    )
