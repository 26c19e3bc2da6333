"""Step: the language of an event, by its script, by its words (py3langid), and by the source's statement.

A title of two words is no evidence ("Yoga", "Dua Lipa"), so short texts take the source's language, or stay
''.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pipeline import patterns
from pipeline.budget import paused
from pipeline.characters import unescape
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.frozen import replace
from pipeline.text.words import may_link

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

#: ISO 639-1 codes that words can distinguish. The model has 140 languages; the rare ones would only attract
#: short titles.
LANGUAGES: Final = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "nl",
    "pt",
    "sv",
    "da",
    "no",
    "fi",
    "pl",
    "cs",
    "sk",
    "sl",
    "hr",
    "hu",
    "ro",
    "ca",
    "tr",
    "ru",
    "uk",
    "bg",
    "el",
    "ar",
    "he",
    "fa",
    "ur",
    "hi",
    "mr",
    "bn",
    "ta",
    "te",
    "kn",
    "ml",
    "gu",
    "pa",
    "ja",
    "ko",
    "zh",
    "th",
    "vi",
    "id",
]
#: From this length on (letters) the words alone decide: 0.97 right from 50 to 75, 0.999 from 100 (5,000
#: labelled events).
LONG: Final = 50
SURE: Final = 0.6
LIKELY: Final = 0.35
#: The confidence with which a long text overrules the language that the source declares.
OVERRULES: Final = 0.9
#: More letters do not change the result (3,000 labelled events with long descriptions: no difference).
_MOST: Final = 300

#: Scripts of one expected language each. Devanagari, Cyrillic, Arabic and Han are decided by words.
_SCRIPTS: Final = (
    ("kn", patterns.compile("[\u0c80-\u0cff]")),
    ("ta", patterns.compile("[\u0b80-\u0bff]")),
    ("te", patterns.compile("[\u0c00-\u0c7f]")),
    ("ml", patterns.compile("[\u0d00-\u0d7f]")),
    ("gu", patterns.compile("[\u0a80-\u0aff]")),
    ("pa", patterns.compile("[\u0a00-\u0a7f]")),
    ("bn", patterns.compile("[\u0980-\u09ff]")),
    ("ko", patterns.compile("[\uac00-\ud7af]")),
    ("ja", patterns.compile("[\u3040-\u30ff]")),
    ("th", patterns.compile("[\u0e00-\u0e7f]")),
    ("he", patterns.compile("[\u0590-\u05ff]")),
    ("el", patterns.compile("[\u0370-\u03ff]")),
)
#: Matches any letter of these scripts, so that Latin text is searched only once.
_FIRST_SCRIPT: Final = "\u0370"
_LETTERS: Final = patterns.compile(r"[^\W\d_]+")
_TAG: Final = patterns.compile(r"<[^<>]*>", longest=4 * _MOST)
_LINK: Final = patterns.compile(r"https?://\S+|www\.\S+|[^\s@]{1,64}@\S{1,255}", longest=4 * _MOST)
_CODE: Final = patterns.compile(r"^([a-z]{2,3})(?:[-_].*)?$")
_THREE: Final = {
    "eng": "en",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "ita": "it",
    "nld": "nl",
    "por": "pt",
    "hin": "hi",
    "kan": "kn",
}


def language(drafts: list[Draft], context: SourceContext, lookups: Any) -> list[Draft]:
    """Fill `event.language` (ISO 639-1, or '' where unknown) and its confidence.

    Dropped drafts pass through unchanged.
    """
    source = code_of(context.language)
    return [draft if draft.dropped else _told(draft, source) for draft in drafts]


def detect(text: str) -> tuple[str, float]:
    """The language of `text` and the confidence, 0 to 1, by its script and words.

    ('', 0.0) for a text without letters.
    """
    text = _TAG.sub(" ", unescape(text[: _MOST * 4]))
    text = (_LINK.sub(" ", text) if may_link(text) else text)[:_MOST]
    letters = _letters(text)
    if not letters:
        return "", 0.0
    if max(text) >= _FIRST_SCRIPT:
        for code, script in _SCRIPTS:
            if len(script.findall(text)) > letters / 2:
                return code, 1.0
    code, sure = _identifier().classify(text)
    return code, float(sure)


def _letters(text: str) -> int:
    return sum(map(len, _LETTERS.findall(text)))


def code_of(declared: str) -> str:
    """The two-letter code in "en-US", "deu" or "pt_BR"; '' for anything else."""
    found = _CODE.match(declared.strip().lower())
    if not found:
        return ""
    code = found[1]
    return code if len(code) == 2 else _THREE.get(code, "")


def _told(draft: Draft, source: str) -> Draft:
    event = draft.event
    text = f"{event.title}. {event.description}" if event.description else event.title
    told, sure = _decided(text, code_of(draft.raw.language) or code_of(event.language), source)
    return replace(
        draft,
        event=replace(event, language=told, confidence={**event.confidence, "language": round(sure, 4)}),
    )


def _decided(text: str, declared: str, source: str) -> tuple[str, float]:
    """The language by the text, the event's own declaration and the source's language."""
    code, sure = detect(text)
    is_long = _letters(text[: _MOST * 4]) >= LONG
    if declared and not (is_long and sure >= OVERRULES):
        return declared, max(0.8, sure if code == declared else 0.0)
    if sure >= SURE or (is_long and sure >= LIKELY):
        return code, sure
    if source:
        return source, 0.5
    return "", 0.0


@cache
@paused()
def _identifier() -> "LanguageIdentifier":
    """The model, read once per process (1.4 s, 2 MB), restricted to `LANGUAGES`."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(set(LANGUAGES) & set(identifier.labels))
    return identifier
