"""A file as a payload: it counts as fetched from the base URL."""

import mimetypes
from pathlib import Path
from urllib.parse import urljoin

from pipeline.contract.exceptions import SourceError
from pipeline.contract.raw import RawPayload

#: Larger files are refused, as larger answers are.
MAX_BYTES = 32 * 1024 * 1024

_TYPES = {
    ".ics": "text/calendar",
    ".ical": "text/calendar",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".ndjson": "application/x-ndjson",
    ".eml": "message/rfc822",
    ".mbox": "application/mbox",
}


class Unreadable(SourceError):
    """The path names nothing that can be read."""


def read_file(path: Path, *, base_url: str = "") -> RawPayload:
    """The file's bytes. `url` is its name joined to `base_url`, or '' without one. Raises Unreadable with one
    clear line."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise Unreadable(
                f"{path}: too large ({size // 1_048_576} MiB, at most {MAX_BYTES // 1_048_576} MiB)"
            )
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from error
    guessed = _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""
    return RawPayload(
        url=urljoin(base_url, path.name) if base_url.endswith("/") else base_url,
        content=content,
        content_type=guessed,
    )
