#!/usr/bin/env python
"""Django's command line, with Nocturne's settings."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Images of Python forbid to keep bytecode; each command would then compile up to 2,800 modules anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    from config.commandline import execute

    execute(sys.argv)


if __name__ == "__main__":
    main()
