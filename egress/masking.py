"""Secrets out of what people and logs read. For display only: what is sent is never masked."""

from pipeline import patterns

MASK = "***"
LONGEST = 500

_NAME = r"[\w.\-]*(?:token|secret|passw(?:or)?d|api[_.\-]?key|signature|credential)[\w.\-]*|key|sig|auth|app_?id|code|pass|pwd|jwt|session"
_QUERY = patterns.compile(rf"(?i)([?&;](?:{_NAME})=)[^&;#\s\"'<>]+")
_USERINFO = patterns.compile(r"(?<=//)[^/?#\s]*@")
#: Google's and Outlook's secret calendar addresses carry the secret in the path.
_PATH = patterns.compile(r"(?i)(/private-)[^/?#\s]+")
_HEADER_NAME = patterns.compile(r"(?i)auth|cookie|token|key|secret|session|signature")


def mask_text(text: str) -> str:
    """`text` with userinfo, secret query values and secret calendar paths replaced by `***`, at most 500 characters, one line."""
    masked = _PATH.sub(rf"\1{MASK}", _QUERY.sub(rf"\1{MASK}", _USERINFO.sub(f"{MASK}@", text[: LONGEST * 4])))
    return "".join(character if character.isprintable() else "�" for character in masked)[:LONGEST]


def has_secret(url: str) -> bool:
    """Whether `url` carries a secret that `mask_text` would hide."""
    return bool(_QUERY.search(url) or _USERINFO.search(url) or _PATH.search(url))


def is_secret_header(name: str) -> bool:
    """Whether a header of this name is likely to carry a credential: Authorization, Cookie, X-Api-Key."""
    return bool(_HEADER_NAME.search(name))
