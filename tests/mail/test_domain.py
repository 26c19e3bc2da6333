"""`check_mail_domain` against a DNS server of our own: what is missing, and the record to write."""

import base64
import io
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import CommandError, call_command

from mail.models import Dispatch
from tests.egress.name_server import name_server

DOMAIN = "owls.example.org"


def key_of(bits: int) -> str:
    public = rsa.generate_private_key(65537, bits).public_key()
    raw = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    text = base64.b64encode(raw).decode()
    return "v=DKIM1; k=rsa; p=" + text


GOOD = {
    DOMAIN: ["v=spf1 mx ~all", "other=1"],
    f"MX {DOMAIN}": [f"10 mail.{DOMAIN}."],
    f"s1._domainkey.{DOMAIN}": [key_of(1024)],
    f"_dmarc.{DOMAIN}": ["v=DMARC1; p=quarantine; rua=mailto:a@owls.example.org"],
    "PTR 1.1.1.1.in-addr.arpa": [f"mail.{DOMAIN}."],
    f"A mail.{DOMAIN}": ["1.1.1.1"],
}


@pytest.fixture(autouse=True)
def _ours(settings):
    settings.DEFAULT_FROM_EMAIL = f"Owls <hello@{DOMAIN}>"
    settings.SITE_URL, settings.EMAIL_USE_TLS = f"https://{DOMAIN}", True


def checked(settings, zone, *, silent: bool = False, **options) -> tuple[dict, int]:
    """The line of JSON, and the exit."""
    out, code = io.StringIO(), 0
    with name_server(zone, silent=silent) as server:
        settings.DNS_SERVERS = [server]
        try:
            call_command("check_mail_domain", DOMAIN, stdout=out, **options)
        except SystemExit as end:
            code = int(end.code or 0)
    return json.loads(out.getvalue().splitlines()[-1]), code


def test_a_domain_that_has_all_is_well(settings):
    answer, code = checked(settings, GOOD, ip=["1.1.1.1"])
    assert (answer["ok"], code, answer["missing"]) == (True, 0, [])
    assert set(answer["checks"]) == {
        "from",
        "mx",
        "spf",
        "dkim",
        "dmarc",
        "ptr",
        "tls",
        "one_click",
        "complaints",
    }


def test_of_a_bare_domain_every_record_to_write_is_named(settings):
    settings.MAIL_PROVIDERS = ["smtp", "sendgrid"]
    answer, code = checked(settings, {f"MX {DOMAIN}": []})
    records = {one["check"]: (one["name"], one["type"], one["value"]) for one in answer["missing"]}
    assert code == 1
    assert records["spf"] == (DOMAIN, "TXT", "v=spf1 mx include:sendgrid.net ~all")
    assert records["dmarc"] == (f"_dmarc.{DOMAIN}", "TXT", f"v=DMARC1; p=none; rua=mailto:dmarc@{DOMAIN}")
    assert records["mx"] == (DOMAIN, "MX", f"10 mail.{DOMAIN}")
    assert records["dkim"][0] == f"default._domainkey.{DOMAIN}"


@pytest.mark.parametrize(
    ("spf", "value"),
    [
        (["v=spf1 mx +all"], "v=spf1 mx ~all"),
        (["v=spf1 mx"], "v=spf1 mx ~all"),
        (["v=spf1 a -all", "v=spf1 mx ~all"], "v=spf1 a mx ~all"),
    ],
)
def test_a_wrong_spf_is_told_with_the_right_one(spf, value, settings):
    answer, _ = checked(settings, {**GOOD, DOMAIN: spf})
    assert [(one["check"], one["value"]) for one in answer["missing"]] == [("spf", value)]


def test_an_spf_that_looks_up_too_much_is_refused_even_through_what_it_includes(settings):
    inner = {f"i{number}.example.org": ["v=spf1 a mx ptr ~all"] for number in range(3)}
    spf = ["v=spf1 include:i0.example.org include:i1.example.org include:i2.example.org ~all"]
    answer, _ = checked(settings, {**GOOD, **inner, DOMAIN: spf})
    assert answer["checks"]["spf"] is False


def test_records_that_include_each_other_end(settings):
    loop = {DOMAIN: ["v=spf1 include:a.example.org ~all"], "a.example.org": [f"v=spf1 include:{DOMAIN} ~all"]}
    answer, _ = checked(settings, {**GOOD, **loop})
    assert answer["checks"]["spf"] is True


@pytest.mark.parametrize("text", ["v=DKIM1; p=", "v=DKIM1; p=!!", "v=DKIM1; k=rsa; p=AAAA"])
def test_a_key_that_is_revoked_or_broken_is_none(text, settings):
    answer, _ = checked(settings, {**GOOD, f"s1._domainkey.{DOMAIN}": [text]})
    assert answer["checks"]["dkim"] is False


def test_a_key_under_another_name_is_found_when_it_is_named(settings):
    zone = {**GOOD, f"owl7._domainkey.{DOMAIN}": GOOD[f"s1._domainkey.{DOMAIN}"]}
    del zone[f"s1._domainkey.{DOMAIN}"]
    assert checked(settings, zone)[0]["checks"]["dkim"] is False
    assert checked(settings, zone, selector=["owl7"])[0]["checks"]["dkim"] is True


def test_the_policy_of_the_domain_above_counts(settings):
    zone = {**GOOD, "_dmarc.example.org": ["v=DMARC1; p=reject"]}
    del zone[f"_dmarc.{DOMAIN}"]
    assert checked(settings, zone)[0]["checks"]["dmarc"] is True


@pytest.mark.parametrize("text", ["v=DMARC1; p=maybe", "v=DMARC1"])
def test_a_policy_that_says_nothing_is_none(text, settings):
    assert checked(settings, {**GOOD, f"_dmarc.{DOMAIN}": [text]})[0]["checks"]["dmarc"] is False


@pytest.mark.parametrize("lacking", ["PTR 1.1.1.1.in-addr.arpa", f"A mail.{DOMAIN}"])
def test_an_address_without_a_name_that_leads_back_is_told(lacking, settings):
    zone = {name: said for name, said in GOOD.items() if name != lacking}
    answer, _ = checked(settings, zone, ip=["1.1.1.1"])
    assert answer["missing"] == [
        {"check": "ptr", "name": "1.1.1.1", "type": "PTR", "value": f"mail.{DOMAIN}"}
    ]


def test_what_we_do_wrong_ourselves_is_told(settings):
    settings.DEFAULT_FROM_EMAIL, settings.EMAIL_USE_TLS = "hello@elsewhere.example", False
    settings.SITE_URL = "http://owls.example.org"
    checks = checked(settings, GOOD)[0]["checks"]
    assert [name for name, ok in checks.items() if not ok] == ["from", "tls", "one_click"]


def test_too_many_complaints_are_told(settings):
    rows = [
        Dispatch(key=f"d:{number}", stream="digest", address_hash="x", state="complained" if number < 4 else "delivered")
        for number in range(1000)
    ]  # fmt: skip
    Dispatch.objects.bulk_create(rows)
    assert checked(settings, GOOD)[0]["checks"]["complaints"] is False


def test_a_silent_dns_is_no_missing_record(settings, monkeypatch):
    monkeypatch.setattr("egress.names.text_records.__kwdefaults__", {"seconds": 0.05})
    monkeypatch.setattr("egress.names.records.__kwdefaults__", {"seconds": 0.05})
    answer, code = checked(settings, {}, silent=True)
    assert (answer["checks"]["spf"], answer["checks"]["dmarc"], answer["missing"], code) == (
        None,
        None,
        [],
        1,
    )


@pytest.mark.parametrize("domain", ["localhost", "10.0.0.1", "owls", ""])
def test_what_is_no_public_domain_is_refused(domain):
    with pytest.raises(CommandError):
        call_command("check_mail_domain", domain)
