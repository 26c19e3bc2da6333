"""Converts Markdown in descriptions to HTML: links, emphasis, headings as strong lines, escaped signs.

Meetup, OpenAgenda, Mobilizon and many scripts send it as plain text. CommonMark 0.31
(https://spec.commonmark.org) names the forms; lists stay lines of text.
"""

from typing import Final

from pipeline import patterns

#: Text counts as Markdown only with one of these: stars and hashes alone occur anywhere.
_SIGNS: Final = patterns.compile(
    r"\]\((?:https?|mailto|tel):|\*\*\S[^\n*]{0,500}\*\*|^#{2,6}[ \t]+\S|\\[-*_.()#\[\]!+~]",
    patterns.MULTILINE,
)
#: A cheaper test: nearly every text has none of them.
_SOME: Final = ("](", "**", "##", "\\")
_ESCAPED: Final = patterns.compile(r"\\([-\\`*_{}\[\]()#+.!~|])")
_IMAGE: Final = patterns.compile(r"!\[[^\[\]\n]{0,300}\]\([^\s()]{1,2000}\)")
_LINK: Final = patterns.compile(
    r"\[([^\[\]\n]{1,500})\]\((https?://(?:[^\s()<>\"']|\([^\s()<>\"']*\)){1,2000}|mailto:[^\s()<>\"']{3,300})\)"
)
_OTHER_LINK: Final = patterns.compile(r"\[([^\[\]\n]{1,500})\]\((?:tel:|/)[^\s()]{0,300}\)")
_MARK: Final = patterns.compile(r"[*_]", longest=2_000)
_HEADING: Final = patterns.compile(r"^#{1,6}[ \t]+(\S[^\n]*)$", patterns.MULTILINE)
_RULE: Final = patterns.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$", patterns.MULTILINE)
_BULLET: Final = patterns.compile(r"^([ \t]*)\*[ \t]+(?=\S)", patterns.MULTILINE)
_BOTH: Final = patterns.compile(r"\*{3}(?=[^\s*])([^\n*]{1,500}?)(?<=\S)\*{3}")
_STRONG: Final = patterns.compile(
    r"\*\*(?=[^\s*])([^\n*]{1,500}?)(?<=\S)\*\*|(?<!\w)__(?=[^\s_])([^\n_]{1,500}?)(?<=\S)__(?!\w)"
)
_EMPHASIS: Final = patterns.compile(
    r"(?<![\w*])\*(?=[^\s*])([^\n*]{1,300}?)(?<=\S)\*(?![\w*])|(?<![\w/])_(?=[^\s_])([^\n_<>]{1,300}?)(?<=\S)_(?![\w/])"
)


def is_markdown(text: str) -> bool:
    """Whether plain text is certainly Markdown."""
    return any(sign in text for sign in _SOME) and bool(_SIGNS.search(text))


def as_html(text: str) -> str:
    """Escaped Markdown (`html.escape` without quotes) converted to HTML; line ends stay.

    Not yet sanitized.
    """
    text = _ESCAPED.sub(lambda found: f"&#{ord(found[1])};", text)
    text = _RULE.sub("", _IMAGE.sub("", text))
    text = _HEADING.sub(lambda found: f"**{found[1].replace('**', '').rstrip(' #')}**", text)
    text = _OTHER_LINK.sub(r"\1", _LINK.sub(_linked, _BULLET.sub(r"\1• ", text)))
    text = _BOTH.sub(r"<strong><em>\1</em></strong>", text)
    text = _STRONG.sub(lambda found: f"<strong>{found[1] or found[2]}</strong>", text)
    return _EMPHASIS.sub(lambda found: f"<em>{found[1] or found[2]}</em>", text)


def _linked(found: patterns.Match[str]) -> str:
    """A link; signs in its address are not emphasis."""
    address = _MARK.sub(lambda sign: f"&#{ord(sign[0])};", found[2])
    words = address if found[1] == found[2] else found[1]
    return f'<a href="{address}">{words}</a>'
