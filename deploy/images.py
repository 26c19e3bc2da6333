"""`make image-digests`: pin the images of Dockerfile and docker-compose.yml to what their registries serve
now.

A tag may mean another image tomorrow, a digest cannot. Each is asked of the image's own registry (OCI
distribution, `/v2/NAME/manifests/TAG`) and reckoned again from the bytes of the answer. Where a registry does
not answer that is said, the name stays as it is, and the exit code is 1.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

PROJECT: Final = Path(__file__).resolve().parents[1]
FILES: Final = ("Dockerfile", "docker-compose.yml")
#: Where names without a registry live.
HUB: Final = "registry-1.docker.io"
_ACCEPT: Final = ", ".join((
    "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
))  # fmt: skip
_SECONDS: Final = 10
_LONGEST: Final = 4 * 1024 * 1024


class NoAnswer(Exception):
    """The registry did not tell; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A name as it is written, without its digest: `python:3.11-slim-trixie` is `library/python` at the
    hub."""

    written: str

    @property
    def registry(self) -> str:
        """Its host."""
        first, slash, _ = self.written.partition("/")
        return first if slash and ("." in first or ":" in first or first == "localhost") else HUB

    @property
    def repository(self) -> str:
        """Its name at the registry."""
        name = self.written.removeprefix(f"{self.registry}/").rpartition(":")[0] or self.written
        return name if "/" in name or self.registry != HUB else f"library/{name}"

    @property
    def tag(self) -> str:
        """What is pinned."""
        return self.written.rpartition(":")[2]


def images_of(text: str) -> list[Image]:
    """The images that a Dockerfile or a compose file takes from elsewhere, each once, in order; what is built
    here is left out."""
    found = dict.fromkeys(
        word.partition("@")[0]
        for _, word in _names(text)
        if ":" in word and not word.startswith(("nocturne:", "$"))
    )
    return [Image(written=name) for name in found]


def pinned(text: str, digests: dict[str, str]) -> str:
    """`text` with each image that is known followed by its digest, in place of the one before."""
    lines = text.splitlines(keepends=True)
    for number, word in _names(text):
        name = word.partition("@")[0]
        if name in digests:
            lines[number] = lines[number].replace(word, f"{name}@{digests[name]}", 1)
    return "".join(lines)


def digest_of(image: Image, *, registry: str = "") -> str:
    """`sha256:…` of what the tag means now. Raises NoAnswer."""
    base = registry or f"https://{image.registry}"
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=True) as client:
            url, headers = f"{base}/v2/{image.repository}/manifests/{image.tag}", {"Accept": _ACCEPT}
            answer = client.get(url, headers=headers)
            if answer.status_code == 401:
                answer = client.get(
                    url, headers={**headers, "Authorization": f"Bearer {_token(client, answer)}"}
                )
    except (httpx.HTTPError, ValueError) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}"[:200]) from error
    if answer.status_code != 200 or len(answer.content) > _LONGEST or not answer.content:
        raise NoAnswer(f"status {answer.status_code}")
    reckoned = f"sha256:{hashlib.sha256(answer.content).hexdigest()}"
    if answer.headers.get("Docker-Content-Digest", reckoned) != reckoned:
        raise NoAnswer("the digest that it tells is not that of its bytes")
    return reckoned


def main(words: list[str] | None = None, root: Path = PROJECT) -> int:
    """Pin what can be pinned. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make image-digests", description=__doc__)
    parser.add_argument("--registry", default="", help="ask this address for all of them")
    options = parser.parse_args(words)
    texts = {root / name: (root / name).read_text(encoding="utf-8") for name in FILES}
    digests: dict[str, str] = {}
    missing = 0
    for image in dict.fromkeys(one for text in texts.values() for one in images_of(text)):
        try:
            digests[image.written] = digest_of(image, registry=options.registry)
            print(f"{image.written} is {digests[image.written]}")
        except NoAnswer as error:
            missing += 1
            print(f"{image.written}: {image.registry} did not tell ({error}); left as it is")
    for path, text in texts.items():
        path.write_text(pinned(text, digests), encoding="utf-8")
    return 1 if missing else 0


def _names(text: str) -> Iterator[tuple[int, str]]:
    """(line, image) of each `FROM image` and `image: image`."""
    for number, line in enumerate(text.splitlines()):
        first, *rest = line.split() or [""]
        if first in ("FROM", "image:") and rest:
            yield number, next((word for word in rest if not word.startswith("--")), "")


def _token(client: httpx.Client, refused: httpx.Response) -> str:
    """A token for reading, from where the refusal says (WWW-Authenticate: Bearer
    realm=…,service=…,scope=…)."""
    kind, _, rest = refused.headers.get("WWW-Authenticate", "").partition(" ")
    asked = {
        name.strip(): value.strip('" ')
        for name, _, value in (part.partition("=") for part in rest.split(","))
    }
    if kind.lower() != "bearer" or "realm" not in asked:
        raise NoAnswer("it wants a login")
    told = client.get(asked.pop("realm"), params=asked).json()
    token = told.get("token") or told.get("access_token") if isinstance(told, dict) else None
    if not token:
        raise NoAnswer("it gives no token")
    return str(token)


if __name__ == "__main__":
    sys.exit(main())
