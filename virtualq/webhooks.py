"""Reads what virtualQ sends to your site, and believes it only when it is signed.

    event = construct_event(request.body, request.headers.get("X-Body-Signature"), [PUBLIC_KEY])

Needs the extra `webhooks` (cryptography). integrations.django has a view that does all of it.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from functools import wraps
from typing import TYPE_CHECKING, List, NoReturn, Optional, Sequence

from attrs import field, frozen

from virtualq._api import late
from virtualq._http.frames import unseen
from virtualq.errors import ConfigurationError, InvalidParameterError, VirtualQError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

__all__ = ["SIGNATURE_HEADER", "SignatureError", "WebhookEvent", "construct_event"]

SIGNATURE_HEADER = "X-Body-Signature"
"""The header that carries the signature."""

_SIGNATURE_BYTES = 64  # RFC 8032, section 5.1.6


class SignatureError(VirtualQError):
    """The signature of a webhook is missing, malformed or made with none of your keys."""


@frozen
class WebhookEvent:
    """What virtualQ sent.

    `body` is the text as it came, `data` its JSON. `digest` is the SHA-256 of the body in hex: the
    signature carries no time, so that whoever overheard a webhook can send it again. Remember the
    digests you have seen. Body and data may hold phone numbers, and are left out of the repr.
    """

    body: bytes = field(repr=False)
    data: object = field(repr=False)
    digest: str


def construct_event(body: bytes, signature: Optional[str], keys: Sequence[str]) -> WebhookEvent:
    """Return the event in the body of a webhook, after its signature was verified.

    `body` is the raw body, byte for byte. `signature` is the header X-Body-Signature, None when
    there is none: the Base64 of an Ed25519 signature. `keys` are the public keys to believe, each
    the Base64 of a DER SubjectPublicKeyInfo; several while a key is being replaced.

    Raises SignatureError when the signature is missing, malformed or wrong, InvalidParameterError
    for a body that is not bytes, or is signed and not JSON, ConfigurationError for a key that is
    none, no key at all, or when cryptography is not installed.
    """
    body = _raw(body)
    # Every key is read first: a damaged one is found now, not when it is the one in use.
    public = _read_keys(keys)
    _verify(body, signature, public)
    try:
        data: object = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise InvalidParameterError("body: is signed, but not JSON", parameter="body") from None
    return WebhookEvent(body=body, data=data, digest=hashlib.sha256(body).hexdigest())


# The body may hold phone numbers; crash reporters record the variables of each frame.
construct_event = wraps(construct_event)(unseen(construct_event))


def _raw(body: object) -> bytes:
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    raise InvalidParameterError("body: must be bytes, as they came", parameter="body")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity, which JSON does not have


def _read_keys(keys: Sequence[str]) -> List[Ed25519PublicKey]:
    try:
        late.load("cryptography.hazmat.primitives.asymmetric.ed25519")
        late.load("cryptography.hazmat.primitives.serialization")
        from cryptography.hazmat.primitives.asymmetric import ed25519
        from cryptography.hazmat.primitives.serialization import load_der_public_key
    except ImportError:
        raise ConfigurationError('webhooks need: pip install "virtualq[webhooks]"') from None
    if isinstance(keys, (str, bytes)) or not keys:
        raise ConfigurationError("keys: must be a list of at least one public key")
    read: List[Ed25519PublicKey] = []
    for number, key in enumerate(keys):
        try:
            public = load_der_public_key(b64decode(key, validate=True))
        except Exception:  # cryptography raises ValueError, TypeError and UnsupportedAlgorithm
            public = None
        if not isinstance(public, ed25519.Ed25519PublicKey):
            raise ConfigurationError(
                f"keys[{number}]: is not the Base64 of an Ed25519 public key in DER"
            )
        read.append(public)
    return read


def _verify(body: bytes, signature: Optional[str], keys: Sequence[Ed25519PublicKey]) -> None:
    """Raise SignatureError unless one of the keys has signed the body."""
    from cryptography.exceptions import InvalidSignature

    if not signature:
        raise SignatureError(f"the header {SIGNATURE_HEADER} is missing")
    try:
        raw = b64decode(signature, validate=True)
    except (ValueError, TypeError):
        raw = b""
    if len(raw) != _SIGNATURE_BYTES:
        raise SignatureError(f"the header {SIGNATURE_HEADER} is malformed")
    for key in keys:
        try:
            key.verify(raw, body)
        except InvalidSignature:
            continue
        return
    raise SignatureError("the signature is wrong: the body was changed, or signed with another key")
