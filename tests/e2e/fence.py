"""Keeps a process to this machine: it reaches loopback addresses, and is reached at no others."""

import ipaddress
import sys
from typing import Any


def stay_inside() -> None:
    """Refuse what leads elsewhere: connections, look-ups, open ports; cannot be undone."""
    sys.addaudithook(_refuse_outside)


def _refuse_outside(event: str, details: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.bind"}:
        address = details[1]
        # A path is a Unix socket: a container engine's, most likely.
        host = address[0] if isinstance(address, tuple) else address
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = details[0]
    else:
        return
    if not _is_here(host):
        message = f"{event}: the emulator may not reach {host!r}"
        sys.stderr.write(f"{message}\n")  # for its log: in places it swallows the error
        raise ConnectionRefusedError(message)


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False
