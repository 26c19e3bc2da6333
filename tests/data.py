"""The path of the recorded real data, and the marker for tests that need it."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"needs the recorded data in {SHARED}, which is not part of the project"
)
