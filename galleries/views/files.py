"""Serves the files of photos from a folder (a bucket serves its own), and those that wait to who may see them."""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from flags.models import Flag
from flags.services import flag_required, is_on
from galleries.enums import PhotoState
from galleries.models import Photo
from galleries.queries import may_look
from galleries.services.files import FOLDER, NAME, storage
from galleries.shown import shot

_NOSNIFF: Final = {"X-Content-Type-Options": "nosniff"}


@require_safe
def shown_file(request: HttpRequest, name: str) -> FileResponse:
    """`/media/photos/{name}`: a file of a photo that readers see. It never changes, but may go, so copies end within an hour."""
    found = NAME.fullmatch(name)
    if not is_on(Flag.GALLERIES) or found is None or not isinstance(storage(), FileSystemStorage):
        raise Http404("no such photo")
    try:
        content = storage().open(f"{FOLDER}/{name}")
    except FileNotFoundError as error:
        raise Http404("no such photo") from error
    return FileResponse(
        content, content_type=f"image/{found[2]}", headers={"Cache-Control": settings.PHOTO_CACHE, **_NOSNIFF}
    )


@flag_required(Flag.GALLERIES)
@never_cache
@require_safe
def waiting_file(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """`/photos/{id}/file/`: one that waits, for who gave it and for moderators; what readers see is elsewhere."""
    photo = Photo.objects.select_related("event", "place").filter(pk=photo_id).first()
    if photo is not None and photo.state == PhotoState.SHOWN:
        return HttpResponseRedirect(shot(photo).url)
    person = request.user
    if photo is None or photo.content is None or not isinstance(person, User) or not may_look(photo, person):
        raise Http404("no such photo")
    return HttpResponse(bytes(photo.content), content_type="image/webp", headers=_NOSNIFF)
