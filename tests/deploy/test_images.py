"""Digests of images come from a registry, are verified, and never invented."""

import hashlib
import shutil
from pathlib import Path

import pytest

from config.embedded.paths import PROJECT
from deploy.images import FILES, HUB, Image, NoAnswer, digest_of, images_of, main, pinned

MANIFEST = b'{"schemaVersion": 2}'
DIGEST = f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"
NAMES = [
    "python:3.11-slim-trixie",
    "pgvector/pgvector:pg16",
    "valkey/valkey:8-alpine",
    "rabbitmq:4.1-alpine",
    "nginx:1.28-alpine",
    "certbot/certbot:v5.1.0",
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


def serve(httpserver, *images: str, headers: dict[str, str] | None = None) -> str:
    for name in images:
        image = Image(written=name)
        httpserver.expect_request(f"/v2/{image.repository}/manifests/{image.tag}").respond_with_data(
            MANIFEST, headers=headers
        )
    return httpserver.url_for("").rstrip("/")


def test_the_images_of_the_project_are_known():
    text = "".join((PROJECT / name).read_text() for name in FILES)
    assert [image.written for image in images_of(text)] == NAMES


@pytest.mark.parametrize(
    ("written", "registry", "repository", "tag"),
    [
        ("python:3.11", HUB, "library/python", "3.11"),
        ("pgvector/pgvector:pg16", HUB, "pgvector/pgvector", "pg16"),
        ("ghcr.io/a/b:1", "ghcr.io", "a/b", "1"),
        ("localhost:5000/a:1", "localhost:5000", "a", "1"),
    ],
)
def test_a_name_tells_its_registry(written, registry, repository, tag):
    image = Image(written=written)
    assert (image.registry, image.repository, image.tag) == (registry, repository, tag)


def test_what_a_registry_tells_is_written_and_written_anew(httpserver, checkout):
    registry = serve(httpserver, *NAMES)
    assert main(["--registry", registry], checkout) == 0
    first = (checkout / "Dockerfile").read_text()
    assert first.count(f"FROM python:3.11-slim-trixie@{DIGEST}") == 2
    assert f"image: pgvector/pgvector:pg16@{DIGEST}" in (checkout / "docker-compose.yml").read_text()
    assert main(["--registry", registry], checkout) == 0
    assert (checkout / "Dockerfile").read_text() == first


def test_where_no_registry_answers_nothing_is_written(httpserver, checkout, capsys):
    before = [(checkout / name).read_text() for name in FILES]
    assert main(["--registry", httpserver.url_for("").rstrip("/")], checkout) == 1
    assert [(checkout / name).read_text() for name in FILES] == before
    assert capsys.readouterr().out.count("did not tell") == len(NAMES)


def test_an_image_that_is_unknown_keeps_its_name_beside_the_others(httpserver, checkout):
    assert main(["--registry", serve(httpserver, NAMES[1])], checkout) == 1
    assert "image: valkey/valkey:8-alpine\n" in (checkout / "docker-compose.yml").read_text()


def test_a_digest_that_is_not_of_the_bytes_is_refused(httpserver):
    registry = serve(httpserver, NAMES[0], headers={"Docker-Content-Digest": "sha256:" + "0" * 64})
    with pytest.raises(NoAnswer, match="not that of its bytes"):
        digest_of(Image(written=NAMES[0]), registry=registry)


def test_a_registry_that_wants_a_token_gets_one(httpserver):
    realm = httpserver.url_for("/token")
    url = "/v2/library/python/manifests/3.11-slim-trixie"
    httpserver.expect_request("/token", query_string={"service": "r", "scope": "pull"}).respond_with_json(
        {"token": "t"}
    )
    httpserver.expect_request(url, headers={"Authorization": "Bearer t"}).respond_with_data(MANIFEST)
    challenge = {"WWW-Authenticate": f'Bearer realm="{realm}",service="r",scope="pull"'}
    httpserver.expect_request(url).respond_with_data(b"", status=401, headers=challenge)
    assert digest_of(Image(written=NAMES[0]), registry=httpserver.url_for("").rstrip("/")) == DIGEST


def test_a_digest_from_before_is_replaced():
    assert (
        pinned(f"FROM a:1@sha256:{'1' * 64} AS build\n", {"a:1": DIGEST}) == f"FROM a:1@{DIGEST} AS build\n"
    )
