"""A webhook is believed when one of the site's keys signed every byte of it, and never else."""

from __future__ import annotations

import hashlib
import pickle
from base64 import b64encode
from typing import Any, Type

import pytest

from virtualq import ConfigurationError, InvalidParameterError, VirtualQError
from virtualq.testing.webhooks import WebhookSigner
from virtualq.webhooks import SignatureError, WebhookEvent, construct_event

from .leaks import leaks, texts_of_frames

BODY = '{"event": "up", "phone": "+17343305027", "näme": [1, null]}'.encode()


@pytest.fixture(scope="module")
def signer() -> WebhookSigner:
    return WebhookSigner()


def test_signed_body_is_an_event(signer: WebhookSigner) -> None:
    """The data is the JSON as it came, the digest that of the raw body; a repr tells no phone."""
    event = construct_event(BODY, signer.sign(BODY), [signer.public_key])
    assert event == WebhookEvent(
        body=BODY,
        data={"event": "up", "phone": "+17343305027", "näme": [1, None]},
        digest=hashlib.sha256(BODY).hexdigest(),
    )
    assert "5027" not in repr(event)


def test_any_of_the_keys_will_do(signer: WebhookSigner) -> None:
    """While a key is replaced, the old and the new one both count."""
    keys = [WebhookSigner().public_key, signer.public_key]
    assert construct_event(b"{}", signer.sign(b"{}"), keys).data == {}


@pytest.mark.parametrize(
    ("signature", "word"),
    [
        (None, "missing"),
        ("", "missing"),
        ("not base64!", "malformed"),
        ("é", "malformed"),
        (b64encode(b"short").decode(), "malformed"),
        (WebhookSigner().sign(BODY), "wrong"),
        ("own+blank", "malformed"),
    ],
    ids=["none", "empty", "not-base64", "not-ascii", "short", "another-key", "not-padded"],
)
def test_unsigned_is_refused(signer: WebhookSigner, signature: str, word: str) -> None:
    """The error says whether the signature is missing, malformed or wrong, and survives pickle."""
    with pytest.raises(SignatureError, match=word) as caught:
        construct_event(BODY, signature, [signer.public_key])
    assert isinstance(caught.value, VirtualQError)
    assert pickle.loads(pickle.dumps(caught.value)) == caught.value


def test_one_changed_byte_is_refused(signer: WebhookSigner) -> None:
    """The signature covers blanks, too."""
    with pytest.raises(SignatureError, match="wrong"):
        construct_event(BODY + b" ", signer.sign(BODY), [signer.public_key])


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"\xff", b'{"a": NaN}', b"[" * 100_000],
    ids=["empty", "html", "not-utf-8", "nan", "deep"],
)
def test_signed_nonsense(signer: WebhookSigner, body: bytes) -> None:
    """What is signed and not JSON is named, and not quoted."""
    with pytest.raises(InvalidParameterError) as caught:
        construct_event(body, signer.sign(body), [signer.public_key])
    assert caught.value.parameter == "body"
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("body", "keys", "error"),
    [
        (BODY, 1, SignatureError),
        (BODY, 0, ConfigurationError),
        (BODY[:-1], 1, InvalidParameterError),
    ],
)
def test_no_phone_in_a_traceback(
    signer: WebhookSigner, body: bytes, keys: int, error: Type[VirtualQError]
) -> None:
    """A crash reporter records the variables of frames: the body is in none of ours."""
    signature = signer.sign(body) if error is InvalidParameterError else None
    with pytest.raises(error) as caught:
        construct_event(body, signature, [signer.public_key] * keys)
    assert [where for where, text in texts_of_frames(caught.value) if leaks(text)] == []


def test_the_text_of_a_body_is_no_body(signer: WebhookSigner) -> None:
    """A framework's `request.text` has been decoded; the signature is that of the bytes."""
    text: Any = BODY.decode()
    with pytest.raises(InvalidParameterError, match="bytes") as caught:
        construct_event(text, signer.sign(BODY), [signer.public_key])
    assert caught.value.parameter == "body"
    assert construct_event(bytearray(BODY), signer.sign(BODY), [signer.public_key]).body == BODY


@pytest.mark.parametrize("keys", [[], ["x"], "x", [b64encode(b"der").decode()], [None]])
def test_bad_keys(signer: WebhookSigner, keys: list[str]) -> None:
    """A key that is none is a fault of the settings, however the body is signed."""
    with pytest.raises(ConfigurationError, match="keys"):
        construct_event(BODY, signer.sign(BODY), keys)
    if keys and not isinstance(keys, str):
        with pytest.raises(ConfigurationError, match=r"keys\[1\]"):
            construct_event(BODY, signer.sign(BODY), [signer.public_key, *keys])
