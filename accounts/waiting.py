"""How long somebody has to wait, in words."""

from django.utils.translation import ngettext


def wait_words(seconds: int, *, in_minutes: bool = True) -> str:
    """`2 minutes`, rounded up; without `in_minutes` also `40 seconds`, below 100. In the active language."""
    if seconds < 100 and not in_minutes:
        return ngettext("%(number)d second", "%(number)d seconds", seconds) % {"number": seconds}
    minutes = seconds // 60 + 1
    return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}
