"""The checks against real processes, web and workers: of this code, and of the code before on this schema."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.paths import PROJECT
from tests.factories.accounts import PASSWORD
from tests.smoke import checks
from tests.smoke.checks import CHECKS, Site, run
from tests.trouble.machine import Machine, opened

#: A city, and a moderator of every city whose address is confirmed.
_FOUND = """
from allauth.account.models import EmailAddress
from django.utils.timezone import now
from digests.models import Subscription
from accounts.crypto import address_hash
from digests.tokens import hash_of, token_of
from places.models import City
from tests.factories import make_categories, make_city, make_staff
make_categories()
make_city(slug="bengaluru")
staff = make_staff()
EmailAddress.objects.update_or_create(user=staff, email=staff.email, defaults={"verified": True, "primary": True})
address = "reader@example.org"
reader = Subscription(address=address, address_hash=address_hash(address), city=City.objects.get(slug="bengaluru"), active=True,
    confirmed_at=now(), requested_at=now())
reader.token_hash = hash_of(token_of(reader))
reader.save()
answer = staff.email
"""
#: What is told of is in three days by the installation's clock.
pytestmark = pytest.mark.real_clock
#: Each check has passed.
WELL = [(check.__name__, "") for check in CHECKS]


def git(*words: str) -> str:
    done = subprocess.run(["git", "-C", str(PROJECT), *words], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def commit_before() -> str:
    """The last tag; without tags the commit before the newest migration, whose code knows only the schema before."""
    if tag := git("describe", "--tags", "--abbrev=0"):
        return tag
    newest = git("log", "-1", "--diff-filter=A", "--format=%H", "--", "*/migrations/0*.py")
    return git("rev-parse", "--verify", "-q", f"{newest}^") if newest else ""


@pytest.fixture
def code_before(tmp_path: Path) -> Iterator[Path]:
    """A work tree of the code before."""
    if git("rev-parse", "--is-shallow-repository") != "false":
        pytest.skip("no whole history here (a shallow clone, or no git): the code before cannot be had")
    before, folder = commit_before(), tmp_path / "before"
    git("worktree", "add", "--detach", str(folder), before)
    if not (folder / "manage.py").exists():
        pytest.skip("git cannot give the code before another folder here")
    # what starts its processes is ours: it may have none, or an older one
    shutil.copytree(PROJECT / "tests/trouble", folder / "tests/trouble", dirs_exist_ok=True)
    shutil.copy(PROJECT / "tests/waiting.py", folder / "tests/waiting.py")
    yield folder
    git("worktree", "remove", "--force", str(folder))


def site_of(machine: Machine) -> Site:
    """The site of a machine with its web process and workers."""
    email = machine.do(_FOUND)
    machine.start("web", "process", "notify")
    return Site(
        url=machine.address, city="bengaluru", email=email, password=PASSWORD, manage=(sys.executable, "-W", "ignore", "manage.py"),
        commands={"cwd": machine.code, "env": {**machine.environment, "DATABASE_POOL": "false"}},
    )  # fmt: skip


def results(site: Site) -> list[tuple[str, str]]:
    return [(name, problem) for name, _, problem in run(site)]


def test_an_installation_passes_and_one_without_a_worker_is_told_where_it_ends(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened() as machine:
        site = site_of(machine)
        assert results(site) == WELL
        machine.kill("process")
        monkeypatch.setattr(checks, "PATIENCE", 2.0)
        again = Site(url=site.url, city=site.city, email=site.email, password=PASSWORD)
        last = results(again)[-1]
    assert last == ("approve", "the submission waits for a moderator: not within 2 s")


def test_the_code_before_works_on_this_schema(db: None, code_before: Path) -> None:
    with opened(code=code_before) as machine:
        assert machine.do("import config\nanswer = config.__file__") == str(
            code_before / "config/__init__.py"
        )
        assert results(site_of(machine)) == WELL
