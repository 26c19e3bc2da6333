"""The commands of docs/operations: which run in a test, as what, and why the others cannot."""

import re
from typing import Final

from config.embedded.paths import PROJECT

FOLDER: Final = PROJECT / "docs" / "operations"
#: How a piece of code of the guides begins, where it is a command and no name.
_PROGRAMS: Final = (
    "manage.py ", "make ", "docker ", "systemctl ", "journalctl ", "kubectl ", "terraform ", "certbot ", "python -m ", "git ", "select ", "df ", "du ",
    "cp ", "install ", "useradd ", "SMOKE_PASSWORD=", "systemd-analyze ", "unshare ",
)  # fmt: skip
SLUG, PERSON, CALENDAR = "guides-source", "gone@nocturne.example", "tests/pipeline/fixtures/inspect.ics"

#: Commands of manage.py that change little: as in the guide, and the words with which one process runs them all, in this order.
TOGETHER: Final[dict[str, list[str]]] = {
    "manage.py retention": ["retention"],
    "manage.py retention --apply": ["retention", "--apply"],
    "manage.py fetch SLUG": ["fetch", SLUG],
    "manage.py inspect_source URL": ["inspect_source", CALENDAR, "--base-url", "https://venue.example/calendar.ics", "--city", "bengaluru"],
    "manage.py reset_second_factor ADDRESS": ["reset_second_factor", PERSON],
    "manage.py export_person ADDRESS FILE.zip": ["export_person", PERSON, "FILE.zip"],
    "manage.py erase_person ADDRESS": ["erase_person", PERSON],
    "manage.py scan_person ADDRESS": ["scan_person", PERSON],  # what is found is its exit code
    "manage.py make_backup_key": ["make_backup_key"],
    "manage.py backup": ["backup"],
    "manage.py backup --list": ["backup", "--list"],
    "manage.py backup --verify latest": ["backup", "--verify", "latest"],
}  # fmt: skip
#: While web runs, by the recipe of the Makefile.
MAKE: Final = ("make health", "make stats")

_OTHERS: Final = "needs an engine of containers, which no test has"
_HOST: Final = "changes the host: users, units, files of root"
_CLUSTER: Final = "needs a cluster"
_CLOUD: Final = "needs an account of a cloud"
#: Why a command of the guides runs in no test here; the shell reads each of them, so that quotes and words are right.
NOT_RUN: Final[dict[str, str]] = {
    "docker ": _OTHERS,
    "systemctl ": _HOST, "journalctl ": _HOST, "useradd ": _HOST, "cp deploy/": _HOST, "install -m": _HOST, "unshare ": _HOST,
    "systemd-analyze ": "tests/deploy/test_systemd.py runs it",
    "certbot ": "needs a name in the DNS, and a certificate's issuer",
    "kubectl --namespace": _CLUSTER,
    "terraform init": _CLOUD, "terraform plan": _CLOUD, "terraform apply": _CLOUD, "terraform output": _CLOUD, "terraform validate": _CLOUD,
    "git checkout vX": "changes this checkout",
    "SMOKE_PASSWORD=": "tests/smoke/test_smoke.py runs it", "python -m tests.upgrade.locks": "takes minutes on a million rows; its figures are in upgrade.md",
    "python -m tests": "a test itself",
    "make setup": "makes .venv; tests/config/test_bootstrap.py runs it",
    "make run": "tests/config/supervisor runs it",
    "make image-digests": "asks registries; tests/deploy/test_images.py has one",
    "make check-deploy": "fetches checkers; run by hand (docs/operations/kubernetes.md)",
    "make logs": "follows a log until it is stopped; tried for its refusal below",
    "make init-secrets": "run below, in a folder of its own",
    "manage.py backup --ship-log": "needs BACKUP_WAL, which takes minutes; tests/config/backup/test_drill.py runs it",
    "manage.py restore --after-recovery": "needs a database that was recovered; tests/config/backup/test_backup.py runs it on one",
    "manage.py restore": "stops and replaces the services; tests/config/backup/ runs it, the drill on an empty machine",
    "manage.py renew_epoch": "part of a restore; tests/config/backup/test_backup.py calls what it calls",
    "manage.py verify_log": "its exit code tells of tampering; tests/audit/ runs it",
    "manage.py doctor": "run below", "manage.py prepare": "run below",
    "kubectl kustomize": "run below where kubectl is there", "terraform fmt": "run below where terraform is there",
    "select ": "run below", "df -h": "a program of the system, no part of this project", "du -sh": "a program of the system, no part of this project",
}  # fmt: skip


def commands() -> dict[str, set[str]]:
    """Each command with the guides that name it; what runs in a container counts as what it runs there."""
    found: dict[str, set[str]] = {}
    for path in sorted(FOLDER.glob("*.md")):
        for code in re.findall(r"`([^`\n]+)`", path.read_text()):
            if code.startswith(_PROGRAMS):
                found.setdefault(code.strip(), set()).add(path.stem)
    return found


def reason(command: str) -> str:
    """Why a command is not run; '' where it is."""
    return next((why for begin, why in NOT_RUN.items() if command.startswith(begin)), "")
