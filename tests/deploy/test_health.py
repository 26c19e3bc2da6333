"""`make health` tells each part, and its exit code."""

import pytest

from deploy import health
from tests.ports import free_port


@pytest.fixture
def site(httpserver, monkeypatch):
    monkeypatch.setenv("PORT", str(httpserver.port))
    monkeypatch.setenv("HOST", "0.0.0.0")  # noqa: S104
    monkeypatch.setenv("ALLOWED_HOSTS", "nocturne.example,other")
    httpserver.expect_request("/healthz", headers={"Host": "nocturne.example"}).respond_with_data("ok")
    return httpserver


def test_all_ready(site, capsys):
    site.expect_request("/readyz").respond_with_json(
        {"ready": True, "checks": {"database": "ok", "valkey": "ok"}}
    )
    assert health.main() == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["database: ok", "valkey: ok"]


def test_a_part_that_is_not_ready(site, capsys):
    site.expect_request("/readyz").respond_with_json(
        {"checks": {"database": "failed: OperationalError"}}, status=503
    )
    assert health.main() == 1
    assert "database: failed: OperationalError" in capsys.readouterr().out


def test_an_answer_that_is_none_of_ours(site, capsys):
    site.expect_request("/readyz").respond_with_data("<html>", status=502)
    assert health.main() == 1
    assert "readyz: status 502" in capsys.readouterr().out


def test_nobody_answers(monkeypatch, capsys):
    monkeypatch.setenv("PORT", str(free_port()))
    assert health.main() == 1
    assert "no answer (ConnectionRefusedError" in capsys.readouterr().out
