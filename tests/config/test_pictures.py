"""The storage of picture copies, from the environment."""

import sys

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from config.pictures import picture_hosts, picture_storage


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> environ.Env:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return environ.FileAwareEnv()


def test_a_folder_unless_a_bucket_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    env = given(monkeypatch)
    assert picture_storage(env)["BACKEND"].endswith("FileSystemStorage")
    assert picture_hosts(env) == []


def test_a_bucket_behind_an_address_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    env = given(
        monkeypatch,
        PICTURES_BUCKET="posters",
        PICTURES_ENDPOINT="https://minio.example:9000",
        PICTURES_URL="https://cdn.example/p/",
    )
    options = picture_storage(env)["OPTIONS"]
    assert (options["bucket_name"], options["endpoint_url"], options["custom_domain"]) == (
        "posters",
        "https://minio.example:9000",
        "cdn.example/p",
    )
    assert picture_hosts(env) == ["https://cdn.example"]


def test_the_storage_can_be_made_and_names_public_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    from storages.backends.s3 import S3Storage

    env = given(monkeypatch, PICTURES_BUCKET="posters", PICTURES_URL="https://cdn.example")
    assert (
        S3Storage(**picture_storage(env)["OPTIONS"]).url("pictures/ab/x.webp")
        == "https://cdn.example/pictures/ab/x.webp"
    )


def test_a_bucket_without_its_packages_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(ImproperlyConfigured, match="make setup-s3"):
        picture_storage(given(monkeypatch, PICTURES_BUCKET="posters"))


@pytest.mark.parametrize(
    ("variables", "hosts"),
    [
        ({}, ["https://posters.s3.amazonaws.com"]),
        ({"PICTURES_ENDPOINT": "https://s3.example"}, ["https://s3.example", "https://posters.s3.example"]),
    ],
)
def test_pages_may_show_what_the_bucket_serves(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], hosts: list[str]
) -> None:
    assert picture_hosts(given(monkeypatch, PICTURES_BUCKET="posters", **variables)) == hosts


def test_an_insecure_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="PICTURES_URL"):
        picture_storage(given(monkeypatch, PICTURES_BUCKET="posters", PICTURES_URL="http://cdn.example"))
