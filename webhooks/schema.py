"""What we send, for the `webhooks` of the OpenAPI document (config.settings, SPECTACULAR_SETTINGS)."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiResponse, OpenApiWebhook, extend_schema

from webhooks.enums import MessageType
from webhooks.serializers import EventMessage, TombstoneMessage

_ID: Final = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"
#: Each header with what it is and an example.
_HEADERS: Final = (
    ("webhook-id", "The same at each try: keep it, to take a message once.", "msg_0198f1d26c3e7b118f004b1f0a2c3d4e"),
    ("webhook-timestamp", "When this try was made, in seconds since 1970. Refuse what is older than five minutes.", "1795251600"),
    (
        "webhook-signature",
        "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, once for each secret, with spaces between.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
)  # fmt: skip
_EVENT: Final = {
    "id": _ID,
    "slug": "moonlit-jazz",
    "title": "Moonlit Jazz",
    "publication": "approved",
    "version": 3,
}
_MORE: Final[dict[str, dict[str, Any]]] = {
    MessageType.CANCELLED: {"status": "cancelled"},
    MessageType.REMOVED: {"publication": "removed", "reason": "The organizer asked for it."},
    MessageType.MERGED: {"publication": "merged", "survivor": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4f"},
}
_ANSWERS: Final = {
    "2XX": OpenApiResponse(description="Taken. The body does not matter."),
    "410": OpenApiResponse(description="Nothing more is wanted: the webhook is disabled at once."),
    "default": OpenApiResponse(description="Sent again later, up to ten times within 76 hours."),
}


def _sent(kind: MessageType, summary: str, *, gone: bool = False) -> OpenApiWebhook:
    shape = TombstoneMessage if gone else EventMessage
    decorator = extend_schema(
        operation_id=f"sent_{kind.value.replace('.', '_')}",
        summary=summary,
        description="Standard Webhooks (https://www.standardwebhooks.com). How to verify it: docs/webhooks.md.",
        request={"application/json": shape},
        responses=_ANSWERS,
        tags=["webhooks"],
    )
    return OpenApiWebhook(name=kind.value, decorator=decorator)


PUBLISHED: Final = _sent(MessageType.PUBLISHED, "An event was published")
CHANGED: Final = _sent(MessageType.CHANGED, "An event changed")
CANCELLED: Final = _sent(MessageType.CANCELLED, "An event was cancelled")
REMOVED: Final = _sent(MessageType.REMOVED, "An event is not public any more", gone=True)
MERGED: Final = _sent(MessageType.MERGED, "An event was merged into another one", gone=True)


def describe_headers(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """A hook of drf-spectacular, which describes neither headers nor examples of webhooks: adds both."""
    for kind, item in result.get("webhooks", {}).items():
        item["post"]["parameters"] = [
            {
                "in": "header", "name": name, "required": True, "description": about, "schema": {"type": "string"},
                "example": example,
            }
            for name, about, example in _HEADERS
        ]  # fmt: skip
        told = {
            "type": kind, "timestamp": "2026-11-21T09:00:00Z", "epoch": "5f2c1a90d3b8", "offset": 48211,
            "data": {**_EVENT, **_MORE.get(kind, {})},
        }  # fmt: skip
        item["post"]["requestBody"]["content"]["application/json"]["examples"] = {
            "message": {"value": told, "summary": "The most important fields; the schema has all."}
        }
    return result
