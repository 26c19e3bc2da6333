"""`make init-secrets`: write the secrets that a new installation needs into `.env`, and show only their names.

None is ever replaced. A key from which others are derived where they are missing is never added to an installation that
has run without it: what was encrypted, hashed or signed before could not be read after.
"""

import os
import secrets
import sys
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[1]
#: Made anew in any case where they are missing.
_ALWAYS: Final = ("SECRET_KEY", "POSTGRES_PASSWORD", "METRICS_TOKEN")
#: By default derived from SECRET_KEY (config/settings.py): made only together with it.
_WITH_SECRET_KEY: Final = ("FIELD_ENCRYPTION_KEYS", "LOOKUP_KEY", "JWT_SIGNING_KEY")


def known(text: str) -> set[str]:
    """The names that a `.env` gives a value to."""
    lines = (line.strip().removeprefix("export ") for line in text.splitlines())
    return {
        line.partition("=")[0].strip()
        for line in lines
        if not line.startswith("#") and line.partition("=")[2].strip()
    }


def missing(given: set[str]) -> list[str]:
    """The names to make values for."""
    new = [name for name in _ALWAYS if name not in given]
    if "SECRET_KEY" in new:
        new += [name for name in _WITH_SECRET_KEY if name not in given]
    return new


def add(path: Path) -> list[str]:
    """Append what is missing to the file (made with mode 0600); returns the names."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    new = missing(known(text))
    if new:
        path.touch(mode=0o600)
        path.chmod(0o600)
        lines = "".join(f"{name}={secrets.token_urlsafe(48)}\n" for name in new)
        head = text if not text or text.endswith("\n") else f"{text}\n"
        path.write_text(head + lines, encoding="utf-8")
    return new


def main(root: Path = PROJECT) -> int:
    """Write, and tell. Returns the exit code."""
    path = root / ".env"
    try:
        new = add(path)
    except OSError as error:
        print(f"init-secrets: {path} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    given = known(path.read_text(encoding="utf-8"))
    done = f"wrote {', '.join(new)}" if new else "nothing was missing"
    print(f"{path}: {done}. Keep a copy elsewhere: no backup contains it.")
    for name in _WITH_SECRET_KEY:
        if name not in given and not os.environ.get(name):
            print(
                f"{name} was left alone: this installation has run on the one derived from SECRET_KEY (docs/keys.md)."
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
