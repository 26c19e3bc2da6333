"""Which language a request is answered in."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from languages.addresses import has_languages, in_language, split_language
from languages.codes import BY_CODE, DEFAULT
from languages.links import lead_on

_API: Final = "/api/"
#: Where the API answers with sentences. All its other answers are the same in each language, so caches may share them.
_TEXTS: Final = ("/api/v1/search",)
#: The end of paths whose answers say why.
_REASONS: Final = "/similar"
_LONGEST_HEADER: Final = 500


class LanguageMiddleware:
    """Answers a page in the language of its address, and the API in that of Accept-Language.

    `/hi/bengaluru/` is `/bengaluru/` in Hindi: views are resolved by `path_info`, which has no prefix, as with SCRIPT_NAME;
    `path` keeps it. The address alone decides about a page: what is cached under it is the same for everybody
    (docs/decisions/0067).
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(_API):
            return self._api(request)
        named, rest = split_language(request.path_info)
        if request.path_info.strip("/") in BY_CODE and not named:
            return HttpResponsePermanentRedirect(f"{request.path_info}/")  # "/hi"
        if named == DEFAULT and has_languages(rest):
            return HttpResponsePermanentRedirect(in_language(request.get_full_path(), DEFAULT))
        code = named if named and has_languages(rest) else DEFAULT
        if code != DEFAULT:
            request.path_info = rest
        with translation.override(code):
            response = self.get_response(request)
            if code != DEFAULT:
                lead_on(response, code)
        response.headers.setdefault("Content-Language", code)
        return response

    def _api(self, request: HttpRequest) -> HttpResponseBase:
        return in_asked_language(request, self.get_response)


def in_asked_language(
    request: HttpRequest, answer: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    """The API's answer in the language of Accept-Language, which it names where it has sentences."""
    code = asked_language(request)
    with translation.override(code):
        response = answer(request)
    if response.status_code >= 400 or has_sentences(request):
        response.headers.setdefault("Content-Language", code)
        patch_vary_headers(response, ["Accept-Language"])
    return response


def has_sentences(request: HttpRequest) -> bool:
    """Whether a good answer of the API differs by language."""
    return request.path_info.startswith(_TEXTS) or request.path_info.endswith(_REASONS)


def asked_language(request: HttpRequest) -> str:
    """The first language of Accept-Language that the site has; English where there is none."""
    header = request.headers.get("Accept-Language", "")[:_LONGEST_HEADER].lower()
    for wanted, _ in parse_accept_lang_header(header):
        code = wanted.partition("-")[0]
        if code in BY_CODE:
            return code
    return DEFAULT
