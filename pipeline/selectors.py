"""Selectors of a configuration: CSS, or XPath after `/`, `./`, `(` or `xpath:`.

`::attr(name)` selects an attribute, `::text` own text.
"""

from functools import lru_cache

from cssselect import SelectorError
from lxml import etree
from lxml.html import HtmlElement
from parsel import css2xpath

#: At most so many results of one selector in one place.
MOST_FOUND = 5_000
_XPATH = ("/", "./", "(", "xpath:")


class SelectorInvalid(ValueError):
    """A selector is invalid. The message names it and the reason."""


def select(element: HtmlElement, selector: str) -> list[HtmlElement | str]:
    """The results of `selector` in and below `element`, in document order.

    Raises SelectorInvalid. Elements, or texts of an attribute; [] for an empty selector.
    """
    if not selector:
        return []
    found = compiled(selector)(element)
    values = found if isinstance(found, list) else [str(found)] if found not in ("", None, False) else []
    return [
        value if isinstance(value, HtmlElement) else str(value)
        for value in values[:MOST_FOUND]
        if not isinstance(value, etree._Comment)
    ]


def elements(element: HtmlElement, selector: str) -> list[HtmlElement]:
    """Like `select`, only elements."""
    return [found for found in select(element, selector) if isinstance(found, HtmlElement)]


def for_browser(selector: str) -> str:
    """The selector for Playwright, which supports neither `::attr()` nor our prefix."""
    return "xpath=" + _expression(selector) if is_xpath(selector) else selector.split("::")[0].strip()


def is_xpath(selector: str) -> bool:
    """Whether it is XPath rather than CSS."""
    return selector.lstrip().startswith(_XPATH)


@lru_cache(maxsize=512)
def compiled(selector: str) -> etree.XPath:
    """The compiled selector. Raises SelectorInvalid."""
    try:
        return etree.XPath(_expression(selector) if is_xpath(selector) else css2xpath(selector))
    except (SelectorError, etree.XPathSyntaxError, ValueError) as error:
        raise SelectorInvalid(
            f"{selector!r} is no {'XPath' if is_xpath(selector) else 'CSS selector'}: {error}"
        ) from error


def _expression(selector: str) -> str:
    """XPath relative to the element: a leading `//` would search the whole page from within each event."""
    text = selector.strip().removeprefix("xpath:").strip()
    return "." + text if text.startswith("//") else text
