"""The differences between two recordings."""

import difflib
import json
from pathlib import Path


def read(path: Path) -> dict[str, dict]:
    """Key to line."""
    lines = (json.loads(line) for line in path.open())
    return {line.pop("key"): line for line in lines}


def compare(before: Path, after: Path) -> int:
    """Print some lines of each difference. Returns how many keys differ."""
    old, new = read(before), read(after)
    count = 0
    for key in [*old, *(key for key in new if key not in old)]:
        if old.get(key) != new.get(key):
            count += 1
            print(f"== {key}")
            print("\n".join(_shown(old.get(key), new.get(key))))
    print(f"{count} of {len(old | new)} answers differ")
    return count


def _shown(old: dict | None, new: dict | None, most: int = 12) -> list[str]:
    if old is None or new is None:
        return ["   only after" if old is None else "   only before"]
    found = []
    for name in sorted(old.keys() | new.keys()):
        first, second = _pieces(old.get(name)), _pieces(new.get(name))
        difference = [
            line[:300]
            for line in difflib.unified_diff(first, second, lineterm="", n=0)
            if not line.startswith(("---", "+++", "@@"))
        ]
        found += [f"   {name}: {line}" for line in difference[:most]]
        found += [f"   {name}: … {len(difference) - most} lines more"] if len(difference) > most else []
    return found


def _pieces(reported: object) -> list[str]:
    """Lines, with JSON and HTML split so that differences stand alone."""
    text = (
        reported
        if isinstance(reported, str)
        else json.dumps(reported, ensure_ascii=False, indent=0, sort_keys=True)
    )
    return (
        text.replace("><", ">\n<")
        .replace('","', '",\n"')
        .replace(',"', ',\n"')
        .replace(', "', ',\n"')
        .split("\n")
    )
