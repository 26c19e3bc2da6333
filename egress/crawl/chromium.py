"""Finds Chromium, and whether it may use its sandbox."""

import os
import shutil

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium(configured: str = "") -> str:
    """The path of a Chromium: as configured, else on PATH; '' if there is none."""
    if configured:
        return shutil.which(configured) or ""
    return next((found for name in _NAMES if (found := shutil.which(name))), "")


def may_sandbox() -> bool:
    """Whether Chromium's own sandbox works: it refuses to run as root."""
    return os.geteuid() != 0
