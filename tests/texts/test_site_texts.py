"""Privacy, imprint and terms: true as they come, replaced in the admin, by language, and harmless whatever is written."""

import pytest
from django.test import Client

from audit.models import Entry
from tests.factories import make_staff
from texts.models import SiteText

pytestmark = pytest.mark.django_db


def test_each_page_has_a_true_text_as_it_comes(client: Client) -> None:
    for path, words in (
        ("/privacy/", "set no cookie for reading"),
        ("/imprint/", "Whoever runs it answers for it."),
        ("/terms/", "A cancelled event stays and says so."),
    ):
        html = client.get(path).content.decode()
        assert words in html
        assert f'href="{path}"' in html.partition("<footer")[2]


def test_a_text_is_shown_once_it_is_public_in_the_readers_language_else_in_english(client: Client) -> None:
    text = SiteText.objects.create(page="imprint", language="en", body="Ours is **one** house.")
    assert "Ours is" not in client.get("/imprint/").content.decode()
    SiteText.objects.filter(pk=text.pk).update(is_public=True)
    SiteText.objects.create(page="imprint", language="es", body="Somos una casa.", is_public=True)
    assert "Ours is <strong>one</strong> house." in client.get("/imprint/").content.decode()
    assert "Somos una casa." in client.get("/es/imprint/").content.decode()
    assert '<div class="prose" lang="en"><p>Ours is' in client.get("/fr/imprint/").content.decode()


def test_the_tables_of_the_code_stay_under_a_text_on_privacy(client: Client) -> None:
    SiteText.objects.create(page="privacy", body="We keep little.", is_public=True)
    html = client.get("/privacy/").content.decode()
    assert "We keep little." in html
    assert "set no cookie for reading" not in html
    assert "What is kept, and why" in html


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>Hello",
        "<p onclick=alert(1)>Hello</p>",
        "[Hello](javascript:alert(1))",
        "**Hello** <img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">Hello</a>',
    ],
)
def test_nothing_that_is_written_runs(client: Client, body: str) -> None:
    SiteText.objects.create(page="terms", body=body, is_public=True)
    html = client.get("/terms/").content.decode().partition("<main")[2].partition("</main")[0]
    assert "Hello" in html
    for danger in ("<script", "<img", "onclick=", 'href="javascript'):
        assert danger not in html


def test_an_operator_writes_sees_a_preview_and_the_log_knows(client: Client) -> None:
    chief = make_staff()
    client.force_login(chief)
    added = client.post(
        "/admin/texts/sitetext/add/", {"page": "terms", "language": "en", "body": "Be *kind*, **always**."}
    )
    assert added.status_code == 302
    text = SiteText.objects.get()
    assert not text.is_public
    page = client.get(f"/admin/texts/sitetext/{text.pk}/change/").content.decode()
    assert "<strong>always</strong>" in page
    assert Entry.objects.filter(target=f"texts.sitetext:{text.pk}").count() == 1
