"""A question with its mistyped words read as the words that they most likely mean."""

from dataclasses import replace

from events.filters import EventFilter
from events.queries.vocabulary import known, nearest
from pipeline.text.terms import pieces


def corrected(wanted: EventFilter) -> EventFilter | None:
    """`wanted` with the likeliest known word for each unknown one; None where there is none. Two queries.

    Quoted words and words that must not occur stay as they are.
    """
    tokens = wanted.q.split()
    words = {} if '"' in wanted.q else {token: _word(token) for token in tokens if not token.startswith("-")}
    asked = [word for word in words.values() if word]
    if not asked:
        return None
    held = known(asked)
    meant = nearest([word for word in asked if word not in held])
    text = " ".join(meant.get(words.get(token, ""), (token,))[0] for token in tokens)
    return replace(wanted, q=text) if text != " ".join(tokens) else None


def _word(token: str) -> str:
    """The folded word of a token that is one; '' for chains such as "k-pop"."""
    found = list(pieces(token))
    return found[0].parts[0].text if len(found) == 1 and len(found[0].parts) == 1 else ""
