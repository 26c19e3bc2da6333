"""Settings, addresses, the schedule, and the processes that run all apps."""

import sys
from importlib import import_module


def _import_structlog_alone() -> None:
    """Import structlog without rich and twisted, for whose displays it looks.

    We use none of these; in each process they take 20 MB and .3 s.
    """
    hidden = [name for name in ("rich", "twisted") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: "cannot be imported"
    try:
        import_module("structlog")
    finally:
        for name in hidden:
            del sys.modules[name]


if "structlog" not in sys.modules:
    _import_structlog_alone()
