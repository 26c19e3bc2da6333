"""Secrets among the files of the repository, found by detect-secrets' detectors. The files as they are now;
the history is not looked at."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.filters import heuristic
from detect_secrets.plugins.base import RegexBasedDetector

from deploy.audit.records import Report
from pipeline import patterns

#: Keys, tokens and private keys that can be told by their shape.
_SHAPES: Final = (
    "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "DiscordBotTokenDetector", "GitHubTokenDetector", "GitLabTokenDetector",
    "JwtTokenDetector", "MailchimpDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector",
    "SlackDetector", "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector",
)  # fmt: skip
#: Passwords by the name beside them, in addresses, and words of chance: tests are full of made-up ones, so
#: they are looked for outside tests.
_BESIDE: Final[dict[str, Any]] = {
    "KeywordDetector": {},
    "BasicAuthDetector": {},
    "Base64HighEntropyString": {"limit": 4.5},
    "HexHighEntropyString": {"limit": 3.0},
}
#: The slow detector of names looks at lines that have one of these alone.
_NAMES: Final = ("key", "pass", "pwd", "secret", "token", "credential")
_BINARY: Final = (".png", ".npz", ".woff2", ".ico", ".gz", ".zip", ".jpg")
#: Hashes of packages are words of chance.
_HASHES: Final = ("requirements.txt", "requirements-s3.txt", "requirements-dev.txt")
#: A comment that lets the secret of its line stand.
PRAGMA: Final = "pragma: allowlist secret"
LONGEST_LINE: Final = 20_000


class OwnKeyDetector(RegexBasedDetector):
    """Our own API keys (accounts.keys.secret)."""

    secret_type = "Nocturne API Key"  # noqa: S105 - no password
    denylist = (patterns.compile(r"noc_[0-9A-Za-z]{46}", longest=LONGEST_LINE),)


def tracked(root: Path) -> list[str]:
    """The files that git knows, of this checkout."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, timeout=60, check=True
    )
    return [name for name in done.stdout.split("\0") if name and (root / name).is_file()]


def look(root: Path, files: Iterable[str], accepted: Mapping[str, str]) -> Report:
    """Every secret of the files that nobody let stand, by its place; the secret itself is not said."""
    detectors: Iterable[Any] = get_mapping_from_secret_type_to_class().values()
    known_detectors: dict[str, Any] = {one.__name__: one for one in detectors}
    shapes = [*(known_detectors[name]() for name in _SHAPES), OwnKeyDetector()]
    beside = [known_detectors[name](**options) for name, options in _BESIDE.items()]
    wanted = [name for name in files if not name.endswith(_BINARY) and name not in _HASHES]
    problems, met = [], set()
    for name in wanted:
        for line, secret in _secrets(
            root / name, name, shapes if name.startswith("tests/") else [*shapes, *beside]
        ):
            known = f"{name} {secret.type} {secret.secret_hash}"
            met.add(known)
            if known not in accepted:
                problems.append(
                    f'{name}:{line}: {secret.type}; if it is none: "{known}" = "why" in deploy/audit/accepted.toml'
                )
    notes = [
        f"accepted.toml names what is no longer there: {known}" for known in sorted(accepted.keys() - met)
    ]
    return Report(
        problems=problems,
        notes=notes,
        facts={"files": len(wanted), "found": len(problems), "accepted": len(met & accepted.keys())},
    )


def _secrets(path: Path, name: str, detectors: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        line = line[:LONGEST_LINE]
        if not line.strip() or PRAGMA in line:
            continue
        named = any(word in line.lower() for word in _NAMES)
        for detector in detectors:
            if named or detector.__class__.__name__ != "KeywordDetector":
                for secret in detector.analyze_line(filename=name, line=line, line_number=number):
                    if not _is_none(secret.secret_value, line, detector):
                        yield number, secret


def _is_none(value: str, line: str, detector: Any) -> bool:
    """Ids, runs of letters, placeholders and names of other things, by the library's own rules."""
    return bool(
        heuristic.is_potential_uuid(value)
        or heuristic.is_sequential_string(value)
        or heuristic.is_templated_secret(value)
        or heuristic.is_not_alphanumeric_string(value)
        or heuristic.is_likely_id_string(value, line, detector)
        or heuristic.is_indirect_reference(line)
    )
