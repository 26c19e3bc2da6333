"""Makes outside text safe and readable.

The functions repair encodings, decode entities, remove control characters, and reduce HTML to a few harmless
tags. Every function is idempotent.
"""

from pipeline.text.sanitize.addresses import MAX_URL, http_url, public_url, without_secrets
from pipeline.text.sanitize.mending import mended
from pipeline.text.sanitize.plain_text import clipped, lines, plain
from pipeline.text.sanitize.rich_text import TAGS, rich

__all__ = [
    "MAX_URL", "TAGS", "clipped", "http_url", "lines", "mended", "plain", "public_url", "rich", "without_secrets",
]  # fmt: skip
