"""The language of the page that is being made."""

from dataclasses import dataclass

from django.utils import translation

from languages.addresses import in_language
from languages.codes import BY_CODE, DEFAULT, LANGUAGES


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A language of the switch: its name and offer in its own words, and this page's address in it."""

    code: str
    name: str
    offer: str
    href: str
    is_current: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The language of a page. `root` goes before addresses that scripts make: `/hi`, or '' for English."""

    code: str
    locale: str
    root: str
    is_rtl: bool
    choices: tuple[Choice, ...]


def current_code() -> str:
    """The code of the language in which texts are now."""
    return translation.get_language() or DEFAULT


def current_locale() -> str:
    """The CLDR locale in which dates and amounts are now written."""
    language = BY_CODE.get(current_code())
    return language.locale if language else BY_CODE[DEFAULT].locale


def reading(address: str) -> Reading:
    """The language of the page at `address` (path and query)."""
    code = current_code()
    return Reading(
        code=code,
        locale=current_locale(),
        root="" if code == DEFAULT else f"/{code}",
        is_rtl=translation.get_language_bidi(),
        choices=tuple(
            Choice(
                code=language.code,
                name=language.name,
                offer=language.offer,
                href=in_language(address, language.code),
                is_current=language.code == code,
            )
            for language in LANGUAGES
        ),
    )
