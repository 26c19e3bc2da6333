"""The language of a text, by its script and by its words (py3langid): the one detection there is."""

import shutil
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pipeline import patterns
from pipeline.budget import paused
from pipeline.characters import unescape
from pipeline.siblings import SIBLINGS
from pipeline.text.markup import without_tags
from pipeline.text.words import may_link
from pipeline.unpacked import mapped, unpacked

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

#: ISO 639-1 codes that words can distinguish. The model has 140 languages; the rare ones would only attract
#: short titles.
LANGUAGES: Final = [
    "en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "no", "fi", "pl", "cs", "sk", "sl", "hr", "hu", "ro", "ca", "tr", "ru", "uk", "bg", "el", "ar",
    "he", "fa", "ur", "hi", "mr", "bn", "ta", "te", "kn", "ml", "gu", "pa", "ja", "ko", "zh", "th", "vi", "id",
]  # fmt: skip
#: From this length on (letters) the words alone decide: 0.97 right from 50 to 75, 0.999 from 100 (5,000
#: labelled events).
LONG: Final = 50
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


@lru_cache(maxsize=SIBLINGS)
def detect(text: str) -> tuple[str, float]:
    """The language of `text` and the confidence, 0 to 1, by its script and words.

    ('', 0.0) for a text without letters.
    """
    text = without_tags(unescape(text[: _MOST * 4]))
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


@lru_cache(maxsize=SIBLINGS)
def is_long(text: str) -> bool:
    """Whether a text has so many letters that its words alone decide."""
    return _letters(text[: _MOST * 4]) >= LONG


def _parts(packed: Path) -> dict[str, Any]:
    """The arrays of the packed model."""
    import lzma  # noqa: PLC0415 - once in an installation
    import tempfile  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415 - costly

    with tempfile.TemporaryFile() as plain:
        with lzma.open(packed) as source:
            shutil.copyfileobj(source, plain, 1 << 20)
        plain.seek(0)
        with np.load(plain, allow_pickle=False) as data:
            return {name: data[name] for name in data.files}


def _store(packed: Path, out: BinaryIO) -> None:
    import numpy as np  # noqa: PLC0415 - costly

    np.savez(out, **{name: part for name, part in _parts(packed).items() if name != "nextmove"})


def _store_moves(packed: Path, out: BinaryIO) -> None:
    import numpy as np  # noqa: PLC0415 - costly

    np.save(out, _parts(packed)["nextmove"])


def _identifier_of(model: Path, moves: Path) -> "LanguageIdentifier":
    """What `LanguageIdentifier.from_model_file` makes of the packed model. The table of moves, 38 MB, is mapped."""
    import numpy as np  # noqa: PLC0415 - costly
    from py3langid.langid import LanguageIdentifier
    from py3langid.modelio import _to_array

    with np.load(model, allow_pickle=False) as data:
        return LanguageIdentifier(
            data["ptc"],
            data["pc"],
            data["classes"].tolist(),
            memoryview(mapped(moves)),
            data["out_feat"].tolist(),
            norm_probs=True,
            tk_row=_to_array(data["nextmove_row"]),
        )


@cache
@paused()
def _identifier() -> "LanguageIdentifier":
    """The model, read once per process (.1 s, 3 MB), restricted to `LANGUAGES`."""
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    packed = MODEL_DIR / MODEL_FILE
    model = unpacked(packed, "languages-rest.npz", lambda out: _store(packed, out))
    moves = model and unpacked(packed, "languages-moves.npy", lambda out: _store_moves(packed, out))
    identifier = (
        _identifier_of(model, moves)
        if model and moves
        else LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    )
    identifier.set_languages(set(LANGUAGES) & set(identifier.labels))
    # it keeps the weights of all 140, 28 MB, in order to go back to them
    identifier._full_model = (identifier.nb_ptc, identifier.nb_pc, identifier.nb_classes)
    return identifier
