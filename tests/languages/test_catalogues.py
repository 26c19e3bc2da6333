"""The catalogues hold what is marked, and are compiled before the first text is looked up."""

import os

from django.utils import translation
from django.utils.translation import gettext, ngettext

from languages.catalogues import compiling, extracting
from languages.catalogues.extracting import collected, missing_and_unused, read_catalogue, update

_TEMPLATE = """<div>
      {% translate "One evening" %}
  {% blocktranslate count n=n %}{{ n }} night{% plural %}{{ n }} nights{% endblocktranslate %}
    it's {% translate "May" context "month" as month %}
"""
_PYTHON = 'from x import gettext as _, ngettext_lazy\nA = _("Two evenings")\nB = ngettext_lazy("%d day", "%d days", 3)\nC = f"{A} {_(\'Three evenings\')}"\n'
_CATALOGUE = """msgid ""
msgstr ""
"Language: fr\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Gone"
msgstr "Parti"

msgid "One evening"
msgstr "Un soir"
"""


def test_the_catalogues_hold_every_marked_text_and_no_other() -> None:
    """Otherwise: make messages."""
    found = missing_and_unused()
    assert set(found) == {"hi", "kn", "es", "fr"}
    assert {code: both for code, both in found.items() if any(both)} == {}


def test_texts_are_collected_compiled_and_looked_up(tmp_path, monkeypatch) -> None:
    """From a template that no Python could read, a file, and a table; without the programs of gettext."""
    (tmp_path / "templates/admin").mkdir(parents=True)
    (tmp_path / "templates/a.html").write_text(_TEMPLATE)
    (tmp_path / "templates/admin/b.html").write_text('{% translate "Not for readers" %}')
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").write_text(_PYTHON)
    (tmp_path / "table.csv").write_text("slug,name\njazz,Jazz\n")
    catalogue = tmp_path / "locale/fr/LC_MESSAGES/django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(_CATALOGUE)
    monkeypatch.setattr(extracting, "PROJECT", tmp_path)
    monkeypatch.setattr(extracting, "TABLES", {"table.csv": "name"})
    monkeypatch.setattr(compiling, "FOLDER", tmp_path / "locale")

    texts = {(message.context, message.id) for message in collected() if message.id}
    assert texts == {
        (None, "One evening"),
        (None, ("%(n)s night", "%(n)s nights")),
        ("month", "May"),
        (None, "Two evenings"),
        (None, "Three evenings"),
        (None, ("%d day", "%d days")),
        (None, "Jazz"),
    }
    assert list(update()) == [catalogue]
    held = read_catalogue(catalogue)
    assert (held["One evening"].string, held["Two evenings"].string, "Gone" in held) == ("Un soir", "", False)
    compiled = catalogue.with_suffix(".mo")
    assert (compiling.compile_changed(), compiling.compile_changed()) == ([compiled], [])
    os.utime(catalogue)
    assert compiling.compile_changed() == [compiled]


def test_what_is_not_translated_stays_english() -> None:
    with translation.override("kn"):
        assert gettext("A text that nobody translated") == "A text that nobody translated"
        assert ngettext("%(n)s zzz", "%(n)s zzzs", 2) == "%(n)s zzzs"
