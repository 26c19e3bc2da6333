"""What a browser does for push: keeps its keys, and reads what a push service has for it."""

import base64
import json
import os
from typing import Any

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """A subscription at the push service `endpoint`."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        point = self._private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": written(point), "auth": written(self._auth)}

    @property
    def sent(self) -> dict[str, str]:
        """As the script of the page sends it."""
        return {"endpoint": self.endpoint, **self.keys}

    def read(self, body: bytes) -> dict[str, Any]:
        """A message, decrypted."""
        return json.loads(
            http_ece.decrypt(body, private_key=self._private, auth_secret=self._auth, version="aes128gcm")
        )
