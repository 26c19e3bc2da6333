"""Recognizes that a site refuses robots: by status, or by a challenge in place of the page.

A refusal is recorded, never circumvented.
"""

from collections.abc import Mapping
from typing import Final

from pipeline import patterns

#: Only so many characters of a page are read.
_LOOKED_AT: Final = 200_000
#: Texts in the challenges of common bot protections, by name.
_MARKS: Final = (
    (
        "Cloudflare",
        patterns.compile(
            r"cdn-cgi/challenge-platform|cf-chl-|cf_chl_opt|<title>Just a moment\.\.\.|Attention Required! \| Cloudflare",
            patterns.IGNORECASE,
            longest=_LOOKED_AT,
        ),
    ),
    (
        "Akamai",
        patterns.compile(
            r"errors\.edgesuite\.net|<title>Access Denied</title>(?:(?!<title>)[\s\S]){0,2000}?Reference&?#|sec-if-cpt-container|bm-verify",
            patterns.IGNORECASE,
            longest=_LOOKED_AT,
        ),
    ),
    (
        "PerimeterX",
        patterns.compile(r"px-captcha|_pxCaptcha|window\._pxAppId", patterns.IGNORECASE, longest=_LOOKED_AT),
    ),
    (
        "DataDome",
        patterns.compile(r"captcha-delivery\.com|ct\.datado\.me", patterns.IGNORECASE, longest=_LOOKED_AT),
    ),
    (
        "Imperva",
        patterns.compile(
            r"_Incapsula_Resource|Incapsula incident ID", patterns.IGNORECASE, longest=_LOOKED_AT
        ),
    ),
    (
        "AWS WAF",
        patterns.compile(
            r"awswaf\.com/[^\"']{0,200}?challenge|AwsWafIntegration", patterns.IGNORECASE, longest=_LOOKED_AT
        ),
    ),
    (
        "a captcha",
        patterns.compile(
            r"g-recaptcha|h-captcha|hcaptcha\.com/1/api|cf-turnstile|verify (?:that )?you are (?:a )?human",
            patterns.IGNORECASE,
            longest=_LOOKED_AT,
        ),
    ),
)
_HEADERS: Final = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "", "AWS WAF"),
    ("x-datadome", "protected", "DataDome"),
)
_STATUSES: Final = {401: "401 Unauthorized", 403: "403 Forbidden", 451: "451 Unavailable For Legal Reasons"}


def refusal(status: int, headers: Mapping[str, str], text: str, *, empty: bool) -> str:
    """Why the answer is a refusal, as a phrase; '' where it is none.

    `headers` by lower-case name. `empty`: the page lists no event; otherwise a 200 is never a refusal,
    whatever its scripts.
    """
    for name, value, who in _HEADERS:
        if name in headers and value in headers[name].lower() and (empty or status >= 400):
            return f"a challenge of {who}"
    if not empty and status < 400:
        return ""
    mark = next((who for who, pattern in _MARKS if pattern.search(text[:_LOOKED_AT])), "")
    if mark and (status < 400 or status in (401, 403, 405, 429, 503)):
        return f"a challenge of {mark}" if mark != "a captcha" else mark
    return _STATUSES.get(status, "")
