"""`python -m tests.desk_pictures` takes the pictures of docs/moderation.md anew, of an invented installation, and makes
them small: at most 256 colours."""

import sys
from pathlib import Path
from typing import Final

import pytest

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "screenshots" / "desk"


def main() -> int:
    """Exit code of the taking, 0 where all pictures are new."""
    from PIL import Image

    code = pytest.main(["tests/browser/take_desk_pictures.py", "-q", "--no-header", "-p", "no:cacheprovider"])
    for path in sorted(FOLDER.glob("*.png")):
        Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
