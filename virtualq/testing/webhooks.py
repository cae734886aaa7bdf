"""Signs webhooks as virtualQ does, for the tests of a site; before virtualq.webhooks.

Needs the extra `webhooks` (cryptography).
"""

from __future__ import annotations

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = ["WebhookSigner"]


class WebhookSigner:
    """A key pair of its own, made anew for each test: `public_key` belongs into your settings."""

    def __init__(self) -> None:
        self._private = Ed25519PrivateKey.generate()
        public = self._private.public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.public_key: str = b64encode(der).decode("ascii")

    def sign(self, body: bytes) -> str:
        """Return what the header X-Body-Signature says for a body."""
        return b64encode(self._private.sign(body)).decode("ascii")
