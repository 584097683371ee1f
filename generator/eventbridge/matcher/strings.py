"""Tests of strings. Each matches any scalar and is false for whatever is not a string.

Builders raise ValueError for what AWS would refuse.
Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

Test = Callable[[object], bool]

_V4 = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
_V6 = re.compile(r"[0-9a-fA-F:]*:[0-9a-fA-F:]*")
_MAX_MASK = {4: 31, 6: 127}
_TOKEN = re.compile(r"\\([*\\])|(\*)(?!\*)|([^*\\]+)")


def exactly(text: str) -> Test:
    """Test for the very same string, addresses included."""
    return lambda value: value == text


def prefix(text: str) -> Test:
    """Test for the beginning."""
    return lambda value: type(value) is str and value.startswith(text)


def suffix(text: str) -> Test:
    """Test for the end."""
    return lambda value: type(value) is str and value.endswith(text)


def equals_ignore_case(text: str) -> Test:
    """Test for the same string in any case."""
    matches = re.compile(_any_case(text)).fullmatch
    return lambda value: type(value) is str and matches(value) is not None


def prefix_ignore_case(text: str) -> Test:
    """Test for the beginning in any case."""
    matches = re.compile(_any_case(text)).match
    return lambda value: type(value) is str and matches(value) is not None


def suffix_ignore_case(text: str) -> Test:
    """Test for the end in any case."""
    search = re.compile(_any_case(text) + r"\Z").search
    return lambda value: type(value) is str and search(value) is not None


def _any_case(text: str) -> str:
    """Write a regular expression for the text in any case.

    Character by character, as event-ruler does (EqualsIgnoreCaseParser.java): each means its
    own upper and lower case and no third form, so `k` is not the Kelvin sign.
    """
    return "".join(f"(?:{re.escape(char.lower())}|{re.escape(char.upper())})" for char in text)


def wildcard(text: str) -> Test:
    r"""Test for a text in which `*` is a wildcard, `\*` and `\\` for themselves."""
    first, *rest = _pieces(text)
    if not rest:
        return exactly(first)
    *middle, last = rest

    def matches(value: object) -> bool:
        if type(value) is not str or not value.startswith(first):
            return False
        at = len(first)
        for piece in middle:
            at = value.find(piece, at)
            if at < 0:
                return False
            at += len(piece)
        return len(value) - at >= len(last) and value.endswith(last)

    return matches


def _pieces(text: str) -> list[str]:
    """Split at the asterisks that are not escaped."""
    pieces = [""]
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise ValueError(_wildcard_error(text, at))
        escaped, star, plain = token.groups()
        if star:
            pieces.append("")
        else:
            pieces[-1] += escaped or plain
        at = token.end()
    return pieces


def _wildcard_error(text: str, at: int) -> str:
    if text[at] == "*":
        return f"wildcard must not have one * after another (character {at + 1})"
    return f"wildcard accepts a backslash only before * or a backslash (character {at + 1})"


def is_address(text: str) -> bool:
    """Whether AWS reads the string as an IP address."""
    return _address(text) is not None


def same_address(text: str) -> Test:
    """Test for the same IP address, however it is written."""
    wanted = _address(text)
    return lambda value: type(value) is str and _address(value) == wanted


def cidr(text: str) -> Test:
    """Test for an IP address, of version 4 or 6, within a block."""
    version, network, variable_bits = _network(text)
    block = (version, network >> variable_bits)

    def matches(value: object) -> bool:
        address = _address(value) if type(value) is str else None
        return address is not None and (address[0], address[1] >> variable_bits) == block

    return matches


def _network(text: str) -> tuple[int, int, int]:
    """Read a block: version, address, number of bits that vary."""
    head, slash, bits = text.partition("/")
    if not slash or not re.fullmatch("[0-9]+", bits):
        raise ValueError("cidr requires an address, one slash and the number of mask bits")
    address = _address(head)
    if address is None:
        raise ValueError(f"cidr requires an IP address, not {head}")
    version, number = address
    if int(bits) > _MAX_MASK[version]:
        raise ValueError(f"cidr accepts at most {_MAX_MASK[version]} mask bits for IPv{version}")
    return version, number, _MAX_MASK[version] + 1 - int(bits)


def _address(text: str) -> tuple[int, int] | None:
    """Read an address as Java does: version and number, or None.

    An IPv4 address mapped into IPv6 is the IPv4 address, and leading zeros do not make octal.
    """
    if _V4.fullmatch(text):
        octets = [int(octet) for octet in text.split(".")]
        return (4, int.from_bytes(octets, "big")) if max(octets) <= 255 else None  # noqa: PLR2004
    if not _V6.fullmatch(text):
        return None
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return None
    return (4, int(address.ipv4_mapped)) if address.ipv4_mapped else (6, int(address))
