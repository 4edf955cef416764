"""Makes load from a process of its own: ``python -m bench.load`` reads a job as JSON and prints what it measured."""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from typing import Any


def _client(job: dict[str, Any], paths: list[str], times: list[float], failures: list[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", job["port"], timeout=60)
    headers = {"Cookie": job["cookie"]} if job["cookie"] else {}
    for path in paths:
        start = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        times.append(time.perf_counter() - start)
        if response.status != 200:
            failures.append(response.status)
    connection.close()


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Ask for ``requests`` pages with ``clients`` connections; bounded by that number."""
    paths = [job["paths"][n % len(job["paths"])] for n in range(job["requests"])]
    times: list[float] = []
    failures: list[int] = []
    clients = job["clients"]
    threads = [threading.Thread(target=_client, args=(job, paths[n::clients], times, failures)) for n in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - start
    ordered = sorted(times)
    return {
        "per_second": len(times) / elapsed,
        "p50": ordered[len(ordered) // 2],
        "p95": ordered[int(len(ordered) * 0.95)],
        "failures": failures[:3],
    }


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
