"""Serves people's pictures from a folder; a bucket serves its own."""

from typing import Final

from django.core.files.storage import FileSystemStorage, storages
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from accounts.services.profile import FOLDER
from pipeline import patterns

_NAME: Final = patterns.compile(r"[0-9a-f]{32}\.webp")


@require_safe
def person_picture(request: HttpRequest, name: str) -> FileResponse:
    """`/media/people/{name}`: the file. It never changes; a person's next picture has another name."""
    storage = storages["default"]
    if _NAME.fullmatch(name) is None or not isinstance(storage, FileSystemStorage):
        raise Http404("no such picture")
    try:
        content = storage.open(f"{FOLDER}/{name}")
    except FileNotFoundError as error:
        raise Http404("no such picture") from error
    headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return FileResponse(content, content_type="image/webp", headers=headers)
