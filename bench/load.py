"""Makes load from a process of its own: ``python -m bench.load`` reads a job as JSON and prints what it measured.

It speaks HTTP over plain sockets: a client that takes as long as the server would be measured with it.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from typing import Any

#: Answers without a body, whatever their headers say.
BARE = 304


class Client:
    """One connection that is kept open."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._rest = f" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{lines}\r\n"
        self._buffer = bytearray(1 << 20)

    def get(self, path: str) -> int:
        """Ask for a page, read the whole answer and return its status."""
        self._socket.sendall(f"GET {path}{self._rest}".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := self._socket.recv(1 << 16)):
                raise ConnectionError(path)
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        status = int(head[9:12])
        left = 0 if status == BARE else _length(head) - len(body)
        while left > 0:
            left -= self._socket.recv_into(self._buffer, min(left, len(self._buffer)))
        return status

    def close(self) -> None:
        """End the connection."""
        self._socket.close()


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0])


def _run(job: dict[str, Any], paths: list[str], times: list[float], failures: list[int]) -> None:
    client = Client(job["port"], job.get("headers", {}))
    for path in paths:
        start = time.perf_counter()
        status = client.get(path)
        times.append(time.perf_counter() - start)
        if status != job.get("status", 200):
            failures.append(status)
    client.close()


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Ask for ``requests`` pages with ``clients`` connections; bounded by that number."""
    paths = [job["paths"][n % len(job["paths"])] for n in range(job["requests"])]
    times: list[float] = []
    failures: list[int] = []
    clients = job["clients"]
    threads = [threading.Thread(target=_run, args=(job, paths[n::clients], times, failures)) for n in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - start
    ordered = sorted(times)
    if len(times) < len(paths):
        failures.append(0)
    return {
        "per_second": len(times) / elapsed,
        "p50": ordered[len(ordered) // 2],
        "p95": ordered[int(len(ordered) * 0.95)],
        "failures": failures[:3],
    }


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
