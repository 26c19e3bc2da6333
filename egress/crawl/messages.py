"""Messages between the process supervisor's parent and the spider: JSON lines, one in, one for each page out."""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TextIO

from pipeline.contract.crawl import CrawlJob, Fetched, Login, LoginKind, Pagination, Render


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A job with its settings.

    `proxy` is the guarded proxy's URL, `agent` our User-Agent, `delay` seconds between requests, `browser`
    the path of a Chromium ('' for plain HTTP), `max_bytes` of one page, `seconds` for one page.
    """

    job: CrawlJob
    proxy: str
    agent: str
    delay: float
    max_bytes: int
    seconds: float
    max_redirects: int = 3
    obey_robots: bool = True
    browser: str = ""
    sandbox: bool = True

    def dump(self) -> bytes:
        """The task as JSON, with the password: for a pipe, never for a file, an argument or the environment."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def load(cls, raw: bytes | str) -> "Task":
        """The reverse of `dump`."""
        given = json.loads(raw)
        job = given.pop("job")
        login = job.pop("login")
        job |= {
            "urls": tuple(job["urls"]),
            "render": Render(job["render"]),
            "pagination": Pagination(job["pagination"]),
        }
        return cls(
            job=CrawlJob(**job, login=Login(**login | {"kind": LoginKind(login["kind"])}) if login else None),
            **given,
        )


def send(out: TextIO, kind: str, **fields: Any) -> None:
    """Write one line."""
    out.write(json.dumps({"kind": kind, **fields}) + "\n")
    out.flush()


def packed(page: Fetched) -> dict[str, Any]:
    """The fields of a page for one line."""
    return {**asdict(page), "content": base64.b64encode(page.content).decode("ascii")}


def unpacked(fields: Mapping[str, Any]) -> Fetched:
    """The reverse of `packed`. Raises ValueError or KeyError for invalid fields."""
    return Fetched(
        url=str(fields["url"]),
        asked=str(fields["asked"]),
        status=int(fields["status"]),
        content=base64.b64decode(fields["content"], validate=True),
        content_type=str(fields["content_type"]),
    )
