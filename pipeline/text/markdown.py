"""Converts Markdown in descriptions to HTML, by markdown-it-py (CommonMark).

Meetup, OpenAgenda, Mobilizon and many scripts send it as plain text.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from pipeline import patterns

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

#: Text counts as Markdown only with one of these: stars and hashes alone occur anywhere.
_SIGNS: Final = patterns.compile(
    r"\]\((?:https?|mailto|tel):|\*\*\S[^\n*]{0,500}\*\*|^#{2,6}[ \t]+\S|\\[-*_.()#\[\]!+~]",
    patterns.MULTILINE,
)
#: A cheaper test: nearly every text has none of them.
_SOME: Final = ("](", "**", "##", "\\")


def is_markdown(text: str) -> bool:
    """Whether plain text is certainly Markdown."""
    return any(sign in text for sign in _SOME) and bool(_SIGNS.search(text))


def as_html(text: str) -> str:
    """Markdown converted to HTML: headings are strong lines, pictures are left out, line ends stay.

    Markup in the text is text. Not yet sanitized.
    """
    return str(_parser().render(text))


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 60 modules, which few texts need

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["code", "fence", "backticks"])
    parser.add_render_rule("image", _nothing)
    parser.add_render_rule("hr", _nothing)
    parser.add_render_rule("softbreak", _break)
    parser.add_render_rule("hardbreak", _break)
    parser.add_render_rule("link_open", _link)
    parser.add_render_rule("heading_open", _strong)
    parser.add_render_rule("heading_close", _strong)
    return parser


def _nothing(*_: object) -> str:
    return ""


def _break(*_: object) -> str:
    return "<br>"


def _link(
    renderer: "RendererHTML", tokens: "Sequence[Token]", at: int, options: "OptionsDict", env: "EnvType"
) -> str:
    """A link to a page or a mailbox; of others (a telephone number) only the words."""
    is_shown = str(tokens[at].attrs.get("href", "")).startswith(("http://", "https://", "mailto:"))
    return renderer.renderToken(tokens, at, options, env) if is_shown else ""


def _strong(
    renderer: "RendererHTML", tokens: "Sequence[Token]", at: int, options: "OptionsDict", env: "EnvType"
) -> str:
    return "<p><strong>" if tokens[at].nesting > 0 else "</strong></p>"
