"""Runs all benchmarks, or the named ones, in sequence: `python -m benchmarks [NAME ...]`.

`make bench-all` does the same. Each benchmark is a module here with a main part, and ends with one line of JSON.
The embedded services run meanwhile, unless others are configured.
"""

import subprocess
import sys
from pathlib import Path

from config.embedded import EmbeddedError
from config.services import wanted_services

FOLDER = Path(__file__).parent
#: Run by others: a server to measure by, and the comparison with the last tag (`make bench`).
PARTS = frozenset({"bare_server", "compare"})


def names(folder: Path = FOLDER) -> list[str]:
    """The runnable modules and packages in alphabetical order."""
    modules = {path.stem for path in folder.glob("[a-z]*.py") if '__name__ == "__main__"' in path.read_text()}
    return sorted([*(modules - PARTS), *(path.parent.name for path in folder.glob("[a-z]*/__main__.py"))])


def main(wanted: list[str]) -> int:
    """Run them all, even after a failure. Returns the exit code of the first failed one."""
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        print(f"nocturne: no benchmark {', '.join(unknown)}; there are {', '.join(names())}", file=sys.stderr)
        return 2
    services = wanted_services()
    try:
        services.acquire()
        codes = [_run(name) for name in wanted or names()]
    except EmbeddedError as error:
        print(f"nocturne: {error}", file=sys.stderr)
        return 1
    finally:
        services.release()
    return next((code for code in codes if code), 0)


def _run(name: str) -> int:
    print(f"--- {name}", flush=True)
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
