"""`python -m config.supervisor [--dev] [--with-parent]`, as `make run` and `make dev` call it."""

import argparse
import sys

from config.supervisor.children import die_with_parent
from config.supervisor.start import run


def main(words: list[str] | None = None) -> int:
    """Parse the options and run. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m config.supervisor", description="Start Nocturne; Ctrl-C stops it."
    )
    parser.add_argument("--dev", action="store_true", help="restart when the source changes")
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the program that started this one ends"
    )
    options = parser.parse_args(words)
    if options.with_parent:
        die_with_parent()
    return run(dev=options.dev)


if __name__ == "__main__":
    sys.exit(main())
