"""Parses tokens into spans of time."""

from typing import Final

from pipeline.hours.grammar import DAY, Span, Token, TokenReader, Unsupported

_TWO_DAYS: Final = 2 * DAY


def read_spans(reader: TokenReader) -> list[Span]:
    """The spans at the present position. Raises Unsupported."""
    spans: list[Span] = []
    while True:
        start = _minutes(reader.next())
        if reader.take("+"):
            spans.append(Span(start, start, open_end=start))
        elif reader.take("-"):
            end = _minutes(reader.next())
            end += DAY if end <= start else 0
            spans.append(Span(start, end, open_end=end if reader.take("+") else None))
        else:
            raise Unsupported("a point in time")
        if start >= DAY or spans[-1].end > _TWO_DAYS:
            raise Unsupported("a time beyond the day")
        following = reader.peek(1)
        if reader.peek() != Token("sign", ",") or following.kind not in ("time", "number"):
            break
        reader.next()
    if reader.peek() == Token("sign", "/"):
        raise Unsupported("repeated points in time")
    return spans


def _minutes(token: Token) -> int:
    """Minutes of the day of "9", "09:30", "9.30", "7pm", "12:00 a.m."."""
    if token.kind not in ("time", "number"):
        raise Unsupported(f"a time expected, not {token.text[:30] or 'the end'}")
    text = token.text.replace(".m.", "m").replace(" ", "")
    half = text[-2:] if text[-2:] in ("am", "pm") else ""
    hour, _, minute = text.removesuffix(half).replace(".", ":").partition(":")
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            raise Unsupported("an hour of twelve")
        hours = hours % 12 + (12 if half == "pm" else 0)
    if hours > 48 or minutes > 59:
        raise Unsupported("no time of a day")
    return hours * 60 + minutes


def ended(spans: list[Span]) -> list[Span]:
    """The spans with their open ends closed.

    An open end lasts until the next span begins; without one 8 hours from 22:00 on, 10 from 17:00 on, else to
    midnight (as in opening_hours.js).
    """
    out = []
    for span in spans:
        if span.open_end is not None:
            begin = span.open_end
            guess = begin + 480 if begin >= 1320 else begin + 600 if begin >= 1020 else DAY
            later = [other.start for other in spans if other.start > begin and other is not span]
            span = Span(span.start, min([guess, *later]), open_end=begin)
        out.append(span)
    return out
