"""STARTTLS: a certificate that is not right gets no mail."""

import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mail.providers import smtp
from mail.records import Result
from tests.mail.conftest import sent
from tests.mail.rough import rough_server


def certificate(folder: Path, name: str) -> Path:
    """A file with a key and a certificate for `name`, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=400))
        .not_valid_after(now + datetime.timedelta(days=400))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def served_by(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize(("name", "result"), [("localhost", Result.SENT), ("other.example", Result.DEFERRED)])
def test_mail_goes_by_tls_to_the_right_name_alone(name, result, settings, tmp_path, monkeypatch):
    path = certificate(tmp_path, name)
    trusting = ssl.create_default_context(cafile=str(path))
    monkeypatch.setattr(smtp._Backend, "ssl_context", trusting)
    with rough_server(tls=served_by(path)) as server:
        settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_HOST = server.port, True, "localhost"
        settings.EMAIL_TIMEOUT = 5
        assert sent().result is result
    assert len(server.taken) == (result is Result.SENT)


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(settings, tmp_path):
    with rough_server(tls=served_by(certificate(tmp_path, "localhost"))) as server:
        settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_HOST = server.port, True, "localhost"
        settings.EMAIL_TIMEOUT = 5
        outcome = sent()
    assert outcome.result is Result.DEFERRED
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.reason
    assert "MAIL" not in server.seen


def test_a_server_without_starttls_gets_no_mail_in_the_clear(settings):
    with rough_server(EHLO="250 rough") as server:
        settings.EMAIL_PORT, settings.EMAIL_USE_TLS = server.port, True
        assert sent().result is Result.DEFERRED
    assert "MAIL" not in server.seen
