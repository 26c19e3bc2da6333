"""Serves our own copies of pictures from a folder; a bucket serves its own."""

from typing import Final

from django.core.files.storage import FileSystemStorage, storages
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from pipeline import patterns

_NAME: Final = patterns.compile(r"[0-9a-f]{2}/[0-9a-f]{32}-\d{1,4}\.(avif|webp)")


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """`/media/pictures/{name}`: the file. It never changes, since its name is the hash of the original."""
    found, storage = _NAME.fullmatch(name), storages["default"]
    if found is None or not isinstance(storage, FileSystemStorage):
        raise Http404("no such picture")
    try:
        content = storage.open(f"pictures/{name}")
    except FileNotFoundError as error:
        raise Http404("no such picture") from error
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return FileResponse(content, content_type=f"image/{found[1]}", headers=headers)
