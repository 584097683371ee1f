"""An HTTPS endpoint that subscribes to a topic, as the chat service does."""

import json
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Notifications = Queue[dict[str, Any]]

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Endpoint:
    """What an endpoint gets of the topics that it has confirmed."""

    def __init__(self, url: str, notifications: Notifications) -> None:
        self.url = url
        self._notifications = notifications

    def receive(self, patience: float = 30.0) -> str:
        """Return the next message; raise Empty if none comes."""
        return str(self._notifications.get(timeout=patience)["Message"])

    def subscribe(self, sns: Any, topic: str) -> None:
        sns.subscribe(TopicArn=topic, Protocol="https", Endpoint=self.url)


@contextmanager
def listening_by_https(folder: Path) -> Iterator[Endpoint]:
    """Give an endpoint on this machine, with a certificate of its own, until the block ends."""
    notifications: Notifications = Queue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, notifications))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certificate(folder))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Endpoint(f"https://127.0.0.1:{server.server_address[1]}/", notifications)
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, notifications: Notifications, *request: Any) -> None:
        self._notifications = notifications
        super().__init__(*request)  # which answers the request

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        if body["Type"] == "SubscriptionConfirmation":
            _DIRECT.open(body["SubscribeURL"], timeout=10).close()
        elif body["Type"] == "Notification":
            self._notifications.put(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: pytest shows what matters."""


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
