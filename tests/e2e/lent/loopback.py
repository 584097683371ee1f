"""Lends the emulator a listening address: its server opens the port on every interface.

GATEWAY_LISTEN names a host, but of an IPv4 one TwistedRuntimeServer uses the port alone.
"""

from functools import partial

from twisted.internet import endpoints


def lend() -> None:
    endpoints.TCP4ServerEndpoint = partial(endpoints.TCP4ServerEndpoint, interface="127.0.0.1")
