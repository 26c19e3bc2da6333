"""`python -m config.supervisor.one NAME`: run one process of the Procfile, as containers do.

So the Procfile stays the only list.
"""

import os
import sys
from pathlib import Path

from honcho.environ import parse_procfile

from config.embedded.paths import PROJECT


def main(words: list[str], procfile: Path = PROJECT / "Procfile") -> int:
    """Replace this program by the named one; returns 2 with one line for an unknown name."""
    commands = dict(parse_procfile(procfile.read_text()).processes)
    if len(words) == 1 and words[0] in commands:
        os.execv("/bin/sh", ["/bin/sh", "-c", f"exec {commands[words[0]]}"])  # noqa: S606 (this program ends here)
    print(f"nocturne: name one of {', '.join(commands)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
