"""What distinguishes two findings."""

from __future__ import annotations

from hashlib import blake2b

DIGEST = 16
"""Bytes of the digest of a finding's identity."""


def digest(product: str, finding: str) -> bytes:
    """Return the digest of a finding's identity: an id is unique within its product's ARN alone."""
    text = f"{product}\n{finding}".encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=DIGEST).digest()
