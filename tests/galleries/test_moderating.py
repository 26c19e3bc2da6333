"""A moderator sees each photo first, with what speaks against it; what is taken down goes, and does not come again."""

from typing import Any

import pytest
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image, ImageEnhance

from accounts.exceptions import InputRefused
from events.gallery import of_event
from events.models import Event, EventImage
from galleries import services
from galleries.enums import Objection
from galleries.models import Photo, TakenDown
from galleries.pictures import look_of, read_photo
from galleries.queries import ALIKE
from galleries.services.asking import in_hex
from moderation.enums import Verdict
from moderation.models import Review
from tests.galleries.conftest import Gives, drawn, jpeg, judge

pytestmark = pytest.mark.django_db


def _reasons(photo: Photo) -> list[str]:
    services.ask(now=timezone.now())
    return list(Review.objects.get(object_id=photo.pk, state="open").reasons)


def _names() -> list[str]:
    kept = storages["photos"]
    folders = kept.listdir("photos")[0] if kept.exists("photos") else []
    return [name for folder in folders for name in kept.listdir(f"photos/{folder}")[1]]


def test_it_is_shown_once_it_was_passed(event: Event, gives: Gives) -> None:
    photo = gives(credit="Ann Q.")
    assert of_event(event).shots == ()  # type: ignore[union-attr]  # the flag is on
    judge(photo)
    assert (photo.state, photo.content) == ("shown", None)
    assert len(_names()) == len(photo.files) >= 2
    [shot] = of_event(event).shots  # type: ignore[union-attr]
    assert (shot.id, shot.credit, shot.width, shot.height) == (photo.pk, "Ann Q.", 480, 360)
    assert {name for name, _ in shot.by_format} >= {"webp"}
    assert photo.token in shot.url


def test_making_sizes_twice_or_too_late_leaves_no_file(gives: Gives, monkeypatch: Any) -> None:
    photo = gives()
    services.apply_verdict(photo.pk, Verdict.GRANT)
    from galleries.services import rendering

    write = rendering.files.write

    def meanwhile(picture: Any) -> Any:
        made = write(picture)
        services.apply_verdict(photo.pk, Verdict.REFUSE)
        return made

    monkeypatch.setattr(rendering.files, "write", meanwhile)
    assert services.render(now=timezone.now()) == 0
    assert _names() == []
    assert Photo.objects.get().state == "refused"


def test_what_is_taken_down_goes_and_does_not_come_again(
    event: Event, gives: Gives, django_capture_on_commit_callbacks: Any
) -> None:
    photo = gives()
    judge(photo)
    services.report(photo.pk, Objection.PERSON)
    assert Review.objects.get(state="open").reasons == [
        "a reader reports: somebody in it does not want it shown"
    ]
    with django_capture_on_commit_callbacks(execute=True):
        judge(photo, Verdict.REFUSE, note="a child in it")
    assert (photo.state, photo.files, photo.content) == ("refused", [], None)
    assert _names() == []
    assert of_event(event).shots == ()  # type: ignore[union-attr]
    assert TakenDown.objects.get().reason == "a child in it"
    with pytest.raises(InputRefused, match="taken down here"):
        gives("bob", 1)
    again = gives("bob", jpeg(drawn(1), quality=40))
    assert "looks like a photo that was taken down" in _reasons(again)[0]
    TakenDown.objects.all().delete()
    assert services.settle(now=timezone.now()) == 0  # what an operator let come again stays so
    assert gives("cyd", 1).pk


def test_verdicts_whose_signal_was_lost_are_carried_out_once(gives: Gives, monkeypatch: Any) -> None:
    photo = gives()
    monkeypatch.setattr("galleries.receivers.services.apply_verdict", lambda *_, **__: False)
    services.ask(now=timezone.now())
    monkeypatch.undo()
    judge_only = Review.objects.get(object_id=photo.pk)
    from moderation.services import decide
    from tests.factories import make_staff

    decide(judge_only.pk, Verdict.GRANT, by=make_staff(email="mod@example.org"))
    assert Photo.objects.get().state == "waiting"  # nothing was committed, so no signal was sent
    assert [services.settle(now=timezone.now()) for _ in range(2)] == [1, 0]
    assert Photo.objects.get().state == "passed"


def test_what_speaks_against_it(event: Event, gives: Gives) -> None:
    assert _reasons(gives("ann", 1)) == ["somebody gives a photo"]
    assert _reasons(gives("bob", 1)) == ["same: somebody else gave the same picture"]
    assert _reasons(gives("bob", 1, of=event.place))[-1].startswith("same: who gave it gave it before")
    EventImage.objects.create(
        event=event, source_url="https://x.example/1.jpg", url="/media/pictures/x.webp", state="stored",
        perceptual_hash=in_hex(look_of(read_photo(jpeg(7)).content)),
    )  # fmt: skip
    assert _reasons(gives("ann", 7)) == [
        "same: it looks like a picture that a source or a team has of an event"
    ]
    assert _reasons(gives("ann", 8, alt="Write to ann@example.org")) == [
        "contact: its description has an address or a number"
    ]


def test_asking_twice_asks_once(gives: Gives) -> None:
    gives()
    assert [services.ask(now=timezone.now()) for _ in range(2)] == [1, 0]
    assert Review.objects.count() == 1


def _bits(one: int, other: int) -> int:
    return ((one ^ other) % 2**64).bit_count()


def _look(image: Image.Image, **options: Any) -> int:
    return look_of(read_photo(jpeg(image, **options)).content)


def test_what_is_alike_is_marked_and_what_differs_is_not() -> None:
    """The same picture smaller, worse, brighter, or with a rim cut off; and many others."""
    looks = [_look(drawn(seed)) for seed in range(40)]
    for seed in range(10):
        image = drawn(seed)
        for other in (
            image.resize((320, 240)),
            ImageEnhance.Brightness(image).enhance(1.15),
            image.crop((5, 4, 475, 356)),
        ):
            assert _bits(looks[seed], _look(other)) <= ALIKE
        assert _bits(looks[seed], _look(image, quality=25)) <= ALIKE
    apart = [_bits(one, other) for at, one in enumerate(looks) for other in looks[at + 1 :]]
    assert min(apart) > ALIKE
