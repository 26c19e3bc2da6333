"""The storage of picture copies, and the origins that may serve them."""

from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

#: How long anybody may keep a copy of a photo by a reader.
PHOTO_CACHE: Final = "public, max-age=3600"


def picture_storage(env: Any) -> dict[str, Any]:
    """Django's STORAGES["default"] for picture copies.

    A folder, or an S3 bucket with PICTURES_BUCKET (django-storages). Names contain the picture's hash, so a
    copy never changes and may be cached for ever. The bucket is public; keys come from the usual AWS_…
    variables or the machine's role.
    """
    bucket = env.str("PICTURES_BUCKET", default="")
    if not bucket:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured(
            "PICTURES_BUCKET needs packages that are not installed: make setup-s3, or build the image with REQUIREMENTS=requirements-s3.txt."
        )
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "querystring_auth": False,
        "default_acl": None,
        "file_overwrite": True,
        "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
    }
    for name, variable in (("endpoint_url", "PICTURES_ENDPOINT"), ("region_name", "PICTURES_REGION")):
        if value := env.str(variable, default=""):
            options[name] = value
    if host := _picture_host(env):
        options["custom_domain"] = host
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def photo_storage(env: Any) -> dict[str, Any]:
    """STORAGES["photos"]: the same place, for photos that may be taken back, so that copies elsewhere end within an hour."""
    found = picture_storage(env)
    if "OPTIONS" in found:
        found["OPTIONS"] |= {"object_parameters": {"CacheControl": PHOTO_CACHE}}
    return found


def picture_hosts(env: Any) -> list[str]:
    """Other origins of pictures on our pages, for the content security policy."""
    bucket = env.str("PICTURES_BUCKET", default="")
    if not bucket:
        return []
    if host := _picture_host(env):
        return [f"https://{host.partition('/')[0]}"]
    if endpoint := env.str("PICTURES_ENDPOINT", default=""):
        parts = urlsplit(endpoint)
        return [f"{parts.scheme}://{parts.netloc}", f"{parts.scheme}://{bucket}.{parts.netloc}"]
    return [f"https://{bucket}.s3.amazonaws.com"]


def _picture_host(env: Any) -> str:
    """PICTURES_URL without its scheme, as django-storages expects it."""
    url: str = env.str("PICTURES_URL", default="")
    if url and not url.startswith("https://"):
        raise ImproperlyConfigured(
            "PICTURES_URL must start with https://: the address under which readers find the bucket's pictures."
        )
    return url.removeprefix("https://").rstrip("/")
