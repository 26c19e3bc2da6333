"""A small trained spam filter over hashed words, topics and shapes, shipped as numbers.

Topics are the trades of spammers (`pipeline/artefacts/spam_topics.json`: casinos, pills, essays, escorts, …);
shapes are sums of money and shouting. A topic alone is not spam: there are film nights about bitcoin and
concerts in casinos. A topic counts together with a way to reach the buyer, which the filter learns from pairs
of topics. Phone numbers and postal codes do not count, since events have them.

`manage.py train_spam` trains it on messages, on our own examples of event spam, and on real events as
counterexamples.
"""

import itertools
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline import patterns
from pipeline.siblings import SIBLINGS
from pipeline.text.words import bucket, plain, words

PATH: Final = Path(__file__).parents[2] / "artefacts" / "spam.npz"
TOPICS: Final = Path(__file__).parents[2] / "artefacts" / "spam_topics.json"
COLUMNS: Final = 2**14
_MASK: Final = COLUMNS - 1
_MOST_WORDS: Final = 120
_MOST: Final = 1_500
_FEW: Final = 3
_FEW_LETTERS: Final = 200
_MONEY: Final = patterns.compile(r"[£$€₹]\s?\d|\d\s?(?:[£$€₹]|usd|eur|gbp|inr|rs)\b", patterns.IGNORECASE)
_LINK: Final = patterns.compile(r"https?://|www\.", patterns.IGNORECASE)
_SHOUT: Final = patterns.compile(r"\b[A-Z]{4,}\b")
_EMPHASIS: Final = patterns.compile(r"[!?]{2,}|[✅💰💊🔥💯➡👉📞☎]{2,}")


@dataclass(frozen=True)
class SpamFilter:
    """Weights by column, a bias, the threshold above which a text is spam, and hashes of known spam hosts."""

    weights: npt.NDArray[np.float32]
    bias: float
    threshold: float
    bad_hosts: frozenset[int]
    metadata: dict[str, Any]

    def probability(self, text: str) -> float:
        """The probability that `text` (title and description, HTML or not) is spam, 0 to 1.

        One or two words count as 0.
        """
        if len(words(plain(text[:_FEW_LETTERS]), _FEW)) < _FEW:
            return 0.0
        columns, values = features(text)
        score = float(self.weights[columns] @ values) + self.bias if len(columns) else self.bias
        return 1.0 / (1.0 + float(np.exp(-max(-30.0, min(30.0, score)))))

    def is_spam(self, text: str) -> bool:
        return self.probability(text) >= self.threshold


@lru_cache(maxsize=SIBLINGS)
def features(text: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Columns and values of a text.

    Words and pairs of words, normalized to length 1; topics and pairs of topics; shapes. The arrays are shared: do not change them.
    """
    text = plain(text[: _MOST * 2])[:_MOST]
    reported = words(text, _MOST_WORDS)
    columns = [_hashes(word)[0] & _MASK for word in dict.fromkeys(reported)]
    columns += [
        crc32(_hashes(b)[2], _hashes(a)[1]) & _MASK for a, b in dict.fromkeys(itertools.pairwise(reported))
    ]
    counted = Counter(columns)
    norm = max(1.0, float(sum(value * value for value in counted.values())) ** 0.5)
    values = {column: value / norm for column, value in counted.items()}
    topics = sorted(topics_of(reported))
    marks = [(f"s:{shape}", 0.3) for shape in _shapes(text)]
    marks += [(f"t:{topic}", 0.5) for topic in topics]
    marks += [(f"tt:{a} {b}", 0.7) for a, b in itertools.combinations(topics, 2)]
    for name, value in marks:
        column = bucket(name, COLUMNS)
        values[column] = values.get(column, 0.0) + value
    return np.fromiter(values, np.int32, len(values)), np.fromiter(values.values(), np.float32, len(values))


@lru_cache(maxsize=50_000)
def _hashes(word: str) -> tuple[int, int, bytes]:
    """The hash of a word, that of the first word of a pair, and what the second word adds to it.

    See `bucket`.
    """
    reported = word.encode("utf-8", "surrogatepass")
    return crc32(b"w:" + reported), crc32(b"p:" + reported), b" " + reported


def topics_of(reported: Sequence[str]) -> frozenset[str]:
    """The topics of folded words in their order."""
    known, first = _topics()
    at = [place for place, word in enumerate(reported) if word in first]
    runs = (
        " ".join(reported[place : place + length])
        for place in at
        for length in (1, 2, 3)
        if place + length <= len(reported)
    )
    return frozenset(known[run] for run in runs if run in known)


@cache
def _topics() -> tuple[dict[str, str], frozenset[str]]:
    """Topics by phrase, and the words that a phrase begins with."""
    data: dict[str, list[str]] = json.loads(TOPICS.read_text(encoding="utf-8"))
    topics = {" ".join(words(phrase, 3)): topic for topic, phrases in data.items() for phrase in phrases}
    return topics, frozenset(phrase.partition(" ")[0] for phrase in topics)


def _shapes(text: str) -> Sequence[str]:
    found = [
        name
        for name, shape in (("money", _MONEY), ("link", _LINK), ("emphasis", _EMPHASIS))
        if shape.search(text)
    ]
    shouted = len(_SHOUT.findall(text))
    return [*found, *(["shout"] if shouted >= 3 else []), *(["short"] if len(text) < 60 else [])]


@cache
def spam_filter(path: Path = PATH) -> SpamFilter:
    """The shipped filter, read once per process. Raises ValueError or OSError for an invalid file."""
    with np.load(path, allow_pickle=False) as data:
        metadata = json.loads(str(data["metadata"]))
        return SpamFilter(
            weights=data["weights"].astype(np.float32) * float(data["scale"]),
            bias=float(data["bias"]),
            threshold=float(metadata["threshold"]),
            bad_hosts=frozenset(int(value) for value in data["bad_hosts"]),
            metadata=metadata,
        )
