"""Who owns a host, by the Public Suffix List (https://publicsuffix.org/list/).

The list is the one that the package tldextract brings along; it is never fetched. The package's own reader imports an HTTP
client and makes two trees of 10,000 suffixes, a tenth of a second of processor time in each process that looks at one
link. Here suffixes are looked up in sets; the answers are the same.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.budget import paused

#: What is read as a dot in host names (UTS 46).
_DOTS: Final = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))


def owned(host: str) -> str:
    """The public suffix of `host` and the label before it; '' where no suffix is in the list, or no label is before it.

    Suffixes where anybody gets a name ("github.io") count.
    """
    named = host.rpartition("@")[2]
    if named.startswith("[") and "]" in named:
        return ""  # an address of IPv6
    named = named.partition(":")[0].strip().translate(_DOTS).rstrip(".")
    labels = named.split(".")
    at = _suffix_at([_readable(label) for label in labels])
    return ".".join(labels[at - 1 :]) if at and labels[at - 1] else ""


def _suffix_at(labels: list[str]) -> int:
    """Where the suffix begins; 0 where there is none, or nothing before it.

    From the last label on, for as long as the list has a suffix that ends so. Then the rule of a star holds, if there is one.
    """
    known = _list()
    found, name = 0, ""
    for at in range(len(labels) - 1, -1, -1):
        longer = f"{labels[at]}.{name}" if name else labels[at]
        if longer not in known.endings:
            if f"*.{name}" in known.suffixes:
                found = at + 1 if f"!{longer}" in known.suffixes else at
            break
        name = longer
        if name in known.suffixes:
            found = at
    return found


class _List(NamedTuple):
    """The suffixes as the list writes them, and all that they end with, themselves included."""

    suffixes: frozenset[str]
    endings: frozenset[str]


@cache
@paused()
def _list() -> _List:
    package = find_spec("tldextract")
    assert package is not None
    assert package.origin is not None
    text = (Path(package.origin).parent / ".tld_set_snapshot").read_text("utf-8")
    suffixes = {line.split()[0] for line in text.splitlines() if line.strip() and not line.startswith("//")}
    endings: set[str] = set()
    for suffix in suffixes:
        ending = suffix
        while ending and ending not in endings:
            endings.add(ending)
            ending = ending.partition(".")[2]
    return _List(frozenset(suffixes), frozenset(endings))


def _readable(label: str) -> str:
    """A label in its own letters, as the list writes it."""
    if not label.startswith("xn--"):
        return label
    import idna  # noqa: PLC0415 - costly, and rarely needed

    try:
        return idna.decode(label)
    except (UnicodeError, IndexError):
        return label
