"""`make dev`: detects changes of the source."""

import threading
from pathlib import Path

WATCHED = (
    "config",
    "pipeline",
    "flags",
    "egress",
    "outbox",
    "texts",
    "audit",
    "accounts",
    "languages",
    "places",
    "events",
    "registrations",
    "personal",
    "saved_searches",
    "insights",
    "ratings",
    "galleries",
    "moderation",
    "webhooks",
    "organizers",
    "operations",
    "sources",
    "realtime",
    "digests",
    "mail",
    "notices",
    "templates",
)
ENDINGS = (".py", ".html", ".txt", ".toml", ".csv", ".json")


class SourceChanges:
    """Each call returns whether a file of the source changed since the last call."""

    def __init__(self, root: Path) -> None:
        self._changed = threading.Event()
        folders = [root / name for name in WATCHED if (root / name).is_dir()]
        self._thread = threading.Thread(target=self._watch, args=(folders,), daemon=True)
        self._thread.start()

    def __call__(self) -> bool:
        changed = self._changed.is_set()
        self._changed.clear()
        return changed

    def _watch(self, folders: list[Path]) -> None:
        from watchfiles import watch  # required only for development

        for _ in watch(
            *folders, watch_filter=lambda _change, path: path.endswith(ENDINGS), raise_interrupt=False
        ):
            self._changed.set()
