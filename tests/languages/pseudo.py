"""A language for tests alone: every marked text accented, bracketed, longer and from right to left.

Nothing of it is shipped: it is made from the texts themselves when they are looked up. It stands at `/ar/`, since
Django knows that Arabic is written from right to left, and the CLDR writes its dates without Latin letters.
"""

import re
from typing import Any, Final

import pytest
from django.utils.translation import trans_real
from lxml import html

from languages import codes

CODE: Final = "ar"
#: What is no text: placeholders of both kinds, tags, character references and addresses.
_KEPT: Final = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]*>|&#?\w+;|https?://\S+")
_ACCENTED: Final = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýž",
)
#: As long as Spanish and French can be beside English.
_LONGER: Final = 0.4

#: Words that stand in every language as they are.
NAMES: Final = frozenset(
    {"Nocturne", "NOCTURNE", "UTC", "GMT", "IST", "RSS", "API", "JSON", "Google", "Outlook"}
)
_WORD: Final = re.compile(r"[A-Za-z]{2,}")
#: Addresses and zones of time.
_NO_WORD: Final = re.compile(r"\S*[@/]\S*")
_SPOKEN: Final = ("alt", "title", "aria-label", "placeholder", "aria-description")
_SILENT: Final = ("script", "style", "code", "pre", "noscript", "textarea", "template")


def pseudo(text: str) -> str:
    """`⟦Ţöñîĝĥţ ···⟧`: letters outside placeholders and markup accented, 40 % longer."""
    parts, end = [], 0
    for kept in _KEPT.finditer(text):
        parts += [text[end : kept.start()].translate(_ACCENTED), kept[0]]
        end = kept.end()
    longer = " ·" * round(len(_KEPT.sub("", text)) * _LONGER / 2)
    return f"⟦{''.join(parts)}{text[end:].translate(_ACCENTED)}{longer}⟧"


class _Pseudo(trans_real.DjangoTranslation):
    """Looks nothing up: a text is its own translation."""

    def gettext(self, message: str) -> str:
        return pseudo(message.rpartition("\x04")[2]) if message else ""

    def ngettext(self, msgid1: str, msgid2: str, n: float) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.fixture
def mirrored(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site has the language `ar`, which is this one."""
    language = codes.Language(code=CODE, name="⟦ʁ⟧", locale=CODE, offer="⟦ʁ⟧")
    monkeypatch.setitem(codes.BY_CODE, CODE, language)
    monkeypatch.setitem(trans_real._translations, CODE, _Pseudo(CODE))


def unmarked(page: str) -> set[str]:
    """The texts and spoken attributes of a page in which Latin words are left.

    Zones of time, and what is in a language of its own, are left out.
    """
    found: set[str] = set()
    for element in html.fromstring(page).iter():
        if not isinstance(element.tag, str) or _is_name(element):
            continue
        texts = [element.get(name, "") for name in _SPOKEN]
        if element.tag == "input" and element.get("type") in ("submit", "button"):
            texts.append(element.get("value", ""))
        if element.tag == "meta" and element.get("name") == "description":
            texts.append(element.get("content", ""))
        if not any(up.tag in _SILENT for up in _with_ancestors(element)):
            texts.append(element.text or "")
            texts += [child.tail or "" for child in element]
        if not _has_own_language(element):
            found |= {
                " ".join(text.split())
                for text in texts
                if not NAMES.issuperset(_WORD.findall(_NO_WORD.sub("", text)))
            }
    return found


def unmarked_text(text: str) -> set[str]:
    """The lines of a plain text in which Latin words are left, but for addresses."""
    lines = (
        " ".join(word for word in line.split() if "://" not in word and "@" not in word)
        for line in text.splitlines()
    )
    return {line for line in lines if not NAMES.issuperset(_WORD.findall(line))}


def _with_ancestors(element: Any) -> list[Any]:
    return [element, *element.iterancestors()]


def _is_name(element: Any) -> bool:
    """A zone of time, or a language in its own words, that can be chosen."""
    value = element.get("value", "")
    return element.tag == "option" and ("/" in value or value in codes.BY_CODE)


def _has_own_language(element: Any) -> bool:
    return any(up.get("lang") not in (None, CODE) for up in _with_ancestors(element))
