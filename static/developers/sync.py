#!/usr/bin/env python3
"""Keep a local copy of a city's events, by GET /api/v1/changes. Needs Python 3.9 or newer, and nothing else.

    python3 sync.py https://nocturne.example bengaluru events.db          # and stay, with the changes as they come
    python3 sync.py https://nocturne.example bengaluru events.db --once   # one round, for cron

The copy is an SQLite file: `event` has the events as JSON, `gone` has what was removed or merged (tombstones), `place` says
up to where the file has read. Each round is one transaction, so the program may be killed at any time and started again.
"""

import json
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS gone (id TEXT PRIMARY KEY, why TEXT NOT NULL, merged_into TEXT);
CREATE TABLE IF NOT EXISTS place (only INTEGER PRIMARY KEY CHECK (only = 1), epoch TEXT NOT NULL, number INTEGER NOT NULL);
"""
PAGE = 200
WAIT = 25


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A merged event answers 301; we want to know it, not to follow it."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def get(url: str, mark: str = "") -> tuple[int, dict[str, Any]]:
    """The status and the body, no older than the change `mark` (EPOCH-OFFSET).

    Waits where the server asks for it (Retry-After), and tries again where it does not answer.
    """
    for attempt in range(8):
        try:
            headers = {"Accept": "application/json", "Live-After": mark}
            request = urllib.request.Request(url, headers=headers)  # noqa: S310
            with OPENER.open(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code in (429, 500, 502, 503):
                time.sleep(float(error.headers.get("Retry-After") or 2**attempt))
                continue
            return error.code, json.loads(error.read() or b"{}")
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(2**attempt)
    raise SystemExit(f"no answer: {url}")


class Copy:
    """The copy of one city."""

    def __init__(self, base: str, city: str, path: str) -> None:
        self.api = f"{base.rstrip('/')}/api/v1"
        self.city = city
        self.rows = sqlite3.connect(path)
        self.rows.executescript(TABLES)

    def round(self, wait: int = 0) -> dict[str, int]:
        """Read what changed since the last round. Returns how many changes were read, and how many events there are."""
        # without a place we name an epoch that there is not: the answer says from where on to follow
        epoch, number = self.rows.execute("SELECT epoch, number FROM place").fetchone() or ("none", 0)
        asked = {
            "epoch": epoch,
            "after": number,
            "topics": f"events:city:{self.city}",
            "limit": PAGE,
            "wait": wait,
        }
        status, page = get(f"{self.api}/changes?{urllib.parse.urlencode(asked)}")
        if status != 200:
            raise SystemExit(f"changes: {status} {page.get('detail')}")
        mark = f"{page['epoch']}-{page['offset']}"
        with self.rows:  # one transaction
            if page["recovered"]:
                for event_id in dict.fromkeys(ids_of(page["results"])):
                    self.read(event_id, mark)
            else:  # the first round, a new epoch, or away for too long
                self.read_all(mark)
            self.rows.execute(
                "INSERT OR REPLACE INTO place VALUES (1, ?, ?)", (page["epoch"], page["offset"])
            )
        held = self.rows.execute("SELECT count(*) FROM event").fetchone()[0]
        return {"changes": len(page["results"]), "events": held, "more": int(page["has_more"])}

    def read_all(self, mark: str) -> None:
        """All events anew. What we held and is not listed any more is asked for once, so that it gets its tombstone."""
        before = {row[0] for row in self.rows.execute("SELECT id FROM event")}
        url: str | None = f"{self.api}/events?{urllib.parse.urlencode({'city': self.city, 'limit': 100})}"
        while url:
            status, page = get(url, mark)
            if status != 200:
                raise SystemExit(f"events: {status} {page.get('detail')}")
            for event in page["results"]:
                self.keep(event)
                before.discard(event["id"])
            url = page["next"]
        for event_id in before:
            self.read(event_id, mark)

    def read(self, event_id: str, mark: str) -> None:
        """One event as it is now."""
        status, body = get(f"{self.api}/events/{event_id}", mark)
        if status == 200 and body["city"] == self.city:
            self.keep(body)
        elif status == 200:
            self.drop(event_id, "moved to another city")
        elif status == 301:
            self.drop(event_id, "merged", body["id"])
            self.read(body["id"], mark)
        elif status in (404, 410):
            self.drop(event_id, body.get("detail", "removed"))
        else:
            raise SystemExit(f"event {event_id}: {status} {body.get('detail')}")

    def keep(self, event: dict[str, Any]) -> None:
        """Write an event; it may have come back."""
        self.rows.execute("INSERT OR REPLACE INTO event VALUES (?, ?)", (event["id"], json.dumps(event)))
        self.rows.execute("DELETE FROM gone WHERE id = ?", (event["id"],))

    def drop(self, event_id: str, why: str, merged_into: str | None = None) -> None:
        """Delete an event, and keep a tombstone."""
        self.rows.execute("DELETE FROM event WHERE id = ?", (event_id,))
        self.rows.execute("INSERT OR REPLACE INTO gone VALUES (?, ?, ?)", (event_id, why, merged_into))


def ids_of(changes: Any) -> Iterator[str]:
    """The ids of the events that changed. A notice to readers is no event."""
    for change in changes:
        if change["topic"].startswith("events:event:"):
            yield change["topic"].rsplit(":", 1)[1]


def main() -> None:
    """Rounds until nothing is left, and with waiting for more unless --once was said."""
    words = [word for word in sys.argv[1:] if word != "--once"]
    if len(words) != 3:
        raise SystemExit(__doc__)
    copy, stays = Copy(*words), "--once" not in sys.argv
    wait = 0
    while True:
        told = copy.round(wait)
        print(json.dumps(told), flush=True)
        if not told["more"] and not stays:
            return
        wait = WAIT if stays and not told["more"] else 0


if __name__ == "__main__":
    main()
