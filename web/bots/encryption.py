"""AES-256-CBC of messages, as WeCom and Feishu encrypt them."""

from __future__ import annotations

import base64
import binascii

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from web.bots.platform import BotRefusedError


def decrypt(key: bytes, vector: bytes, data: bytes, block: int) -> bytes:
    """Decrypts data and removes its padding (PKCS7 to `block` bytes).

    Raises BotRefusedError if the data are cut off, or encrypted with another key.
    """
    if not data or len(data) % 16:
        raise BotRefusedError("the message is cut off")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= block or padding > len(plain):
        raise BotRefusedError("the message is not encrypted with this key")
    return plain[:-padding]


def from_base64(text: str) -> bytes:
    """Decodes base64.

    Raises BotRefusedError if the text is none.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BotRefusedError("the message is not base64") from None
