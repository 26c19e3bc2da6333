"""Settings, addresses, the schedule, and the processes that run all apps."""

import sys
from importlib import import_module


def _import_lightly() -> None:
    """Let libraries go without what they only look for: rich, and for structlog twisted.

    structlog, httpx and typer show things by rich where it is installed, which we let none of them do. In each process this
    saves 20 MB and .3 s.
    """
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # "cannot be imported"
    if "structlog" in sys.modules or "twisted" in sys.modules:
        return
    sys.modules["twisted"] = None  # type: ignore[assignment]
    try:
        import_module("structlog")
    finally:
        del sys.modules["twisted"]


_import_lightly()
