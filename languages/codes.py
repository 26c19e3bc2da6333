"""The languages of the public site. The staff's pages are in English."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Language:
    """A language by its ISO 639-1 code, under its own name.

    `locale`: the CLDR locale of its dates and amounts. `offer`: "Read this in …" in its own words.
    """

    code: str
    name: str
    locale: str
    offer: str


#: English is the language of the sources of all texts, and of addresses without a prefix.
DEFAULT: Final = "en"
LANGUAGES: Final = (
    Language(code="en", name="English", locale="en_GB", offer="Read this in English"),
    Language(code="hi", name="हिन्दी", locale="hi_IN", offer="इसे हिन्दी में पढ़ें"),
    Language(code="kn", name="ಕನ್ನಡ", locale="kn_IN", offer="ಇದನ್ನು ಕನ್ನಡದಲ್ಲಿ ಓದಿ"),
    Language(code="es", name="Español", locale="es_ES", offer="Leer en español"),
    Language(code="fr", name="Français", locale="fr_FR", offer="Lire en français"),
)
BY_CODE: Final = {language.code: language for language in LANGUAGES}
