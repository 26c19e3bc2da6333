"""`/api/v1/me`."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from accounts.limits import PICTURES
from accounts.models import Erasure, User
from accounts.privacy.erasing import carry_out
from accounts.services.profile import MOST_PICTURE_BYTES
from tests.accounts.services.test_profile import files, folder, picture  # noqa: F401 (a fixture)
from tests.factories.accounts import PASSWORD

ME = "/api/v1/me"


def patch(api, values, **headers):
    return api.patch(ME, values, content_type="application/json", headers=headers)


def upload(api, content, **values):
    body = encode_multipart(BOUNDARY, {"picture": SimpleUploadedFile("me.jpg", content), **values})
    return api.patch(ME, body, content_type=MULTIPART_CONTENT)


def errors(answer):
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    return [row["field"] for row in answer.json()["errors"]]


def test_one_reads_and_changes_ones_own_account(api, vera):
    before = api.get(ME)
    assert before["Cache-Control"] == "private, no-store"
    changed = patch(api, {"name": "Vera", "timezone": "Asia/Kolkata"})
    assert changed.json() == {**before.json(), "name": "Vera", "timezone": "Asia/Kolkata"}
    assert api.get(ME).json() == changed.json()
    assert changed.json()["email"] == vera.email


def test_nobody_has_no_account():
    assert Client().get(ME).status_code == 401


def test_a_session_of_our_pages_needs_the_csrf_token(vera):
    page = Client(enforce_csrf_checks=True)
    page.force_login(vera)
    assert page.get(ME).status_code == 200
    assert patch(page, {"name": "Mallory"}).status_code == 403


def test_fields_that_are_not_ones_own_to_change_are_named(api, vera):
    wish = {"name": "Vera", "email": "other@example.org", "is_staff": True, "id": "1"}
    assert errors(patch(api, wish)) == ["email", "id", "is_staff"]
    assert User.objects.get().name == ""


def test_a_body_whose_parts_cannot_be_read_is_refused(api):
    answer = api.patch(ME, b"name=Vera", content_type=MULTIPART_CONTENT)
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "The body has no parts. Its boundary must be that of Content-Type.",
    )
    assert api.patch(ME, encode_multipart(BOUNDARY, {"name": "Vera"}), MULTIPART_CONTENT).status_code == 200


def test_a_wrong_value_is_named(api):
    assert errors(patch(api, {"timezone": "Mars/Base"})) == ["timezone"]
    assert errors(patch(api, {"city": "atlantis"})) == ["city"]
    assert errors(patch(api, {"name": None})) == ["name"]
    assert errors(patch(api, {"name": 0})) == ["name"]
    assert errors(patch(api, {"picture": "x"})) == ["picture"]
    assert errors(patch(api, [])) == ["non_field_errors"]


def test_a_change_may_depend_on_what_was_read(api):
    etag = api.get(ME)["ETag"]
    assert patch(api, {"name": "Vera"}, If_Match=etag).status_code == 200
    late = patch(api, {"name": "Otto"}, If_Match=etag)
    assert (late.status_code, late["Content-Type"]) == (412, "application/problem+json")
    assert api.get(ME).json()["name"] == "Vera"


def test_a_picture_is_uploaded_shown_and_removed(api, folder):  # noqa: F811
    answer = upload(api, picture(), name="Vera")
    address = answer.json()["picture"]
    shown = Client().get(address.removeprefix("http://127.0.0.1:8000"))
    assert (answer.json()["name"], shown.status_code, shown["Content-Type"]) == ("Vera", 200, "image/webp")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert patch(api, {"picture": None}).json()["picture"] is None
    assert upload(api, picture()).json()["picture"]
    empty = api.patch(ME, encode_multipart(BOUNDARY, {"picture": ""}), content_type=MULTIPART_CONTENT)
    assert (empty.status_code, empty.json()["picture"]) == (200, None)


@pytest.mark.django_db
def test_no_other_file_is_shown(folder):  # noqa: F811
    (folder / "people").mkdir()
    (folder / "people" / "secret.webp").write_text("x")
    for name in ("secret.webp", "0" * 32 + ".webp", "..%2Fsecret-key"):
        assert Client().get(f"/media/people/{name}").status_code == 404


def test_pictures_are_bounded(api, folder):  # noqa: F811
    assert errors(upload(api, b"<svg/>")) == ["picture"]
    assert upload(api, b"x" * (MOST_PICTURE_BYTES + 100_000)).status_code == 413
    answers = [upload(api, b"x").status_code for _ in range(PICTURES.limit)]
    assert answers == [400] * (PICTURES.limit - 1) + [429]
    assert files(folder) == []


def test_closing_needs_the_password_and_takes_all(api, vera):
    refused = api.delete(ME, {"password": "wrong"}, content_type="application/json")
    assert errors(refused) == ["password"]
    assert errors(api.delete(ME, {}, content_type="application/json")) == ["password"]
    done = api.delete(ME, {"password": PASSWORD}, content_type="application/json")
    assert done.status_code == 204
    assert not User.objects.filter(is_active=True).exists()
    assert carry_out(Erasure.objects.get().pk)
    assert not User.objects.exists()
    assert api.get(ME).status_code == 401


def test_guesses_at_the_password_are_counted(api):
    answers = [api.delete(ME, {"password": f"guess {n}"}, content_type="application/json") for n in range(7)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429] * 2
    assert int(answers[-1]["Retry-After"]) > 0
