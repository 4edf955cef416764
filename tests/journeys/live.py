"""The product on a real port, in a thread of the test's own process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress import wasyncore

from coordination.server import make_server


def listen() -> socket.socket:
    """Return a socket on a free port that only this machine can reach."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(("127.0.0.1", 0))
    return listening


@contextmanager
def serving(app: Flask, listening: socket.socket) -> Iterator[str]:
    """Serve ``app`` until the end of the block; yields its address."""
    server = make_server(app, sockets=[listening], threads=4, clear_untrusted_proxy_headers=True)
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            wasyncore.loop(timeout=0.05, map=server._map, count=1)

    thread = threading.Thread(target=serve, name="live server")
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        stopping.set()
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(server._map)
        listening.close()
