"""Rounds in which everything that is compared takes turns: a machine that is busy for a while slows down all of it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench import servers

ROUNDS = 5
CLIENTS = 4
#: Requests before the first round: templates are compiled, statements and answers kept.
WARM_UP = 40


@dataclass(frozen=True, slots=True)
class Work:
    """What is asked of a server in one round."""

    port: int
    paths: Sequence[str]
    requests: int
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """What one round of one work took; times in seconds."""

    per_second: float
    p50: float
    p95: float


def ask(work: Work, requests: int) -> Seen:
    """Make load from a process of its own.

    Raises:
        RuntimeError: an answer was another than expected.
    """
    job: dict[str, Any] = {
        "port": work.port,
        "paths": list(work.paths),
        "headers": dict(work.headers),
        "status": work.status,
        "clients": CLIENTS,
        "requests": requests,
    }
    command = [sys.executable, "-m", "bench.load"]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=True, cwd=servers.ROOT)
    result: dict[str, Any] = json.loads(done.stdout)
    if result.pop("failures"):
        raise RuntimeError(f"{work.paths[0]}: {done.stdout}")
    return Seen(**result)


def take_turns(works: Mapping[str, Work]) -> dict[str, list[Seen]]:
    """Return what each work took in each round, after a warm-up."""
    for work in works.values():
        ask(work, min(WARM_UP, work.requests))
    seen: dict[str, list[Seen]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            seen[name].append(ask(work, work.requests))
    return seen


def median(rounds: Sequence[Seen], what: str = "per_second") -> float:
    """Return the median of a value over the rounds."""
    values: list[float] = [getattr(one, what) for one in rounds]
    return statistics.median(values)


def ratio(one: Sequence[Seen], other: Sequence[Seen], what: str = "per_second") -> float:
    """Return the median of how one compares with the other in each round."""
    values: list[float] = [getattr(a, what) / getattr(b, what) for a, b in zip(one, other, strict=True)]
    return statistics.median(values)
