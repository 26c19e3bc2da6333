"""What may be given, by whom, and what is kept of it: nothing but pixels."""

import io
import struct
import zlib
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone
from PIL import Image, PngImagePlugin

from accounts.exceptions import InputRefused
from events.models import Event, RefusedPicture
from galleries import services
from galleries.consent import CURRENT
from galleries.exceptions import PhotoNotTaken
from galleries.models import Photo
from galleries.pictures import SIDE
from galleries.services.giving import MOST
from tests.factories import make_event
from tests.galleries.conftest import Gives, confirmed, drawn, jpeg, wish

pytestmark = pytest.mark.django_db
SECRET = b"Canon of Ann Quill"


def _with_exif() -> bytes:
    """A JPEG that says where, when and by whose camera it was taken, that lies on its side, and has a comment and XMP."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = SECRET.decode(), 6
    exif.get_ifd(0x8825).update({1: "N", 2: (12.0, 58.0, 41.0), 3: "E", 4: (77.0, 35.0, 40.0)})
    return jpeg(drawn(3), exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")


def _bomb() -> bytes:
    """A PNG of a few hundred bytes that says that it is 60,000 pixels each way."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body))
            + kind
            + body
            + struct.pack(">I", zlib.crc32(kind + body) & 0xFFFFFFFF)
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _gif() -> bytes:
    out = io.BytesIO()
    drawn(1).save(out, "GIF")
    return out.getvalue()


def test_only_pixels_are_kept_upright(gives: Gives) -> None:
    sent = _with_exif()
    with Image.open(io.BytesIO(sent)) as before:
        assert before.getexif().get_ifd(0x8825)
        assert SECRET in sent
    photo = gives(picture=sent)
    kept = bytes(photo.content or b"")
    assert SECRET not in kept
    with Image.open(io.BytesIO(kept)) as after:
        assert (after.format, after.size) == ("WEBP", (360, 480))
        assert not {"exif", "xmp", "icc_profile", "comment"} & after.info.keys()
        assert not after.getexif()
    assert (photo.state, photo.consent, photo.files) == ("waiting", CURRENT, [])


def test_what_follows_the_picture_in_its_file_is_gone(gives: Gives) -> None:
    page = b"<html><script>alert(1)</script></html>"
    assert page not in bytes(gives(picture=jpeg(1) + page).content or b"")


def test_what_lies_behind_transparent_parts_is_gone(gives: Gives) -> None:
    image = drawn(4).convert("RGBA")
    image.putalpha(
        Image.linear_gradient("L").resize(image.size).point(lambda value: 255 if value > 99 else 0)
    )
    out, text = io.BytesIO(), PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET.decode())
    image.save(out, "PNG", pnginfo=text)
    with Image.open(io.BytesIO(bytes(gives(picture=out.getvalue()).content or b""))) as kept:
        assert kept.mode == "RGB"
        assert min(kept.getpixel((5, 5))) > 240  # type: ignore[arg-type]  # of RGB


def test_a_large_one_is_made_smaller(gives: Gives) -> None:
    photo = gives(picture=jpeg(drawn(5, width=4000, height=3000), quality=60))
    assert (photo.width, photo.height) == (SIDE, SIDE * 3 // 4)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_bomb(), "too many pixels"),
        (jpeg(1)[:3000], "broken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no JPEG, PNG or WebP"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt " + b"\0" * 400, "Send a JPEG"),
        (_gif(), "no JPEG, PNG or WebP"),
        (b"%PDF-1.4", "no JPEG, PNG or WebP"),
        (b"", "no JPEG, PNG or WebP"),
        (jpeg(drawn(1, width=90, height=90)), "too small"),
        (b"\xff\xd8\xff" + b"\0" * (12 * 1024 * 1024), "more than 12 MB"),
    ],
    ids=["bomb", "truncated", "svg", "wave", "gif", "pdf", "empty", "tiny", "large"],
)
def test_hostile_files_are_refused_with_the_remedy(gives: Gives, content: bytes, words: str) -> None:
    with pytest.raises(InputRefused, match=words) as refused:
        gives(picture=content)
    assert refused.value.field == "photo"
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [({"alt": " "}, "alt"), ({"consent": ""}, "consent"), ({"consent": "2001-01"}, "consent")],
)
def test_it_says_what_it_shows_and_is_agreed_to(gives: Gives, said: dict[str, str], field: str) -> None:
    with pytest.raises(InputRefused) as refused:
        gives(**said)
    assert refused.value.field == field


def test_who_may_give_what_when(event: Event, gives: Gives) -> None:
    unknown = confirmed("eve")
    EmailAddress.objects.filter(user=unknown).update(verified=False)
    with pytest.raises(PhotoNotTaken, match="Confirm"):
        services.give(event, jpeg(1), wish(), by=unknown)
    now = timezone.now()
    for values in (
        {"start": now + timedelta(hours=1)},
        {"start": now - timedelta(days=400), "end_at": now - timedelta(days=399)},
        {"start": now - timedelta(hours=1), "happening": "cancelled"},
    ):
        with pytest.raises(PhotoNotTaken, match="from its start on"):
            gives(of=make_event(**values))
    assert gives(of=make_event(start=now - timedelta(hours=1), end_at=now + timedelta(hours=1))).pk
    assert gives(of=event.place).place_id == event.place_id


def test_the_same_pixels_are_one_photo_and_there_are_not_too_many(gives: Gives) -> None:
    first = gives(picture=1)
    plain = jpeg(1)
    assert gives(picture=plain[:2] + b"\xff\xfe\x00\x06abcd" + plain[2:]).pk == first.pk
    for seed in range(2, MOST + 1):
        gives(picture=seed)
    with pytest.raises(PhotoNotTaken, match="Take one back"):
        gives(picture=99)
    assert gives("bob", 99).pk


def test_what_an_owner_objected_to_does_not_come(gives: Gives) -> None:
    import hashlib

    RefusedPicture.objects.create(content_hash=hashlib.sha256(jpeg(1)).hexdigest(), since=timezone.now())
    with pytest.raises(InputRefused, match="its owner asked"):
        gives(picture=1)
