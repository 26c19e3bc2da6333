"""The links of a page in another language than English lead on in that language.

Views and templates write addresses without a prefix; here they get it, all of them, on the way out. A link that names its
language (`hreflang` before `href`) stays as it is.
"""

from typing import Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from languages.addresses import has_languages, in_language, split_language
from languages.codes import BY_CODE
from pipeline import patterns

#: Characters of the longest page.
_LONGEST: Final = 500_000
_LINK = patterns.compile(
    r'(?P<before>(?: hreflang="[a-z]{2}")?) (?P<name>href|action|formaction|data-[a-z-]{1,40})="(?P<path>/(?!/)[^"\s]{0,2000})"',
    longest=_LONGEST,
)


def prefixed(path: str, code: str) -> str:
    """The path of this site with the language's prefix, where it may have one and has none."""
    if not path.startswith("/") or path.startswith("//"):
        return path
    named, rest = split_language(path)
    if named or path.removeprefix("/") in BY_CODE or not has_languages(rest):
        return path
    return in_language(path, code)


def lead_on(response: HttpResponseBase, code: str) -> None:
    """Prefix the links of an HTML page, and where a redirect leads to."""
    if location := response.headers.get("Location"):
        response["Location"] = prefixed(location, code)
    if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith(
        "text/html"
    ):
        response.content = _rewritten(response.content.decode(response.charset), code)


def _rewritten(page: str, code: str) -> str:
    def link(found: "patterns.Match[str]") -> str:
        if found["before"]:
            return found[0]
        return f' {found["name"]}="{prefixed(found["path"], code)}"'

    return _LINK.sub(link, page)
