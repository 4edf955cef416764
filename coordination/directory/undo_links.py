"""Signed addresses that take a step back: over what was done, and the version of the row that doing it made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, request

from coordination.core.errors import Conflict, NotFound
from coordination.core.tokens import DAYS, Claim
from coordination.directory.assignment_services import Undo, read_day
from coordination.directory.assignment_undo import UNDO_DAYS, Done
from coordination.web.forms import key_of

#: How long something ended can be taken back from the message that says so.
UNDO_AGE = UNDO_DAYS * DAYS

_STEP = "undo-assignment"
_REMOVAL = "undo-offer-removal"
#: What a succession said, in the order in which its address says it.
_SAID = ("von", "nach", "am", "quelle", "endet")
#: What was done with a succession, as its address says it: removed where that says nothing.
REMOVED, ENTERED, CHANGED = "", "neu", "geaendert"


def _purpose(kind: str, earlier: str) -> str:
    return f"undo-end:{kind}:{earlier}"


def arguments(kind: str, key: int, version: int, earlier: date | None) -> dict[str, Any]:
    """Return the query of an address that gives the row of ``kind`` the end ``earlier`` back."""
    text = earlier.isoformat() if earlier else ""
    token = current_app.extensions["koordination.site"].signer.make(_purpose(kind, text), key, version)
    return {"bis": text, "t": token}


def step_arguments(done: Done) -> dict[str, Any]:
    """Return the query of an address that takes back what was done with an assignment."""
    return {"t": current_app.extensions["koordination.site"].signer.make(_STEP, done.step_id, done.version)}


def read_step() -> Claim:
    """Return which step the request's signed address takes back, and the version that it made.

    Raises:
        NotFound, LinkOver: nobody signed it, or it is too old.
    """
    signer = current_app.extensions["koordination.site"].signer
    found: Claim = signer.read(_STEP, request.args.get("t", ""), max_age=UNDO_AGE)
    return found


def removal_arguments(removed_id: int, version: int) -> dict[str, Any]:
    """Return the query of an address that enters an offer again that was removed."""
    return {"t": current_app.extensions["koordination.site"].signer.make(_REMOVAL, removed_id, version)}


def read_removal() -> Claim:
    """Return which removal the request's signed address takes back, and the version that the offer had.

    Raises: as ``read_step``.
    """
    signer = current_app.extensions["koordination.site"].signer
    found: Claim = signer.read(_REMOVAL, request.args.get("t", ""), max_age=UNDO_AGE)
    return found


@dataclass(frozen=True, slots=True)
class Succession:
    """What a succession said before a step, or as it was entered: it stands in the address, nothing of it is kept."""

    predecessor_id: int
    successor_id: int
    on_day: date
    source_note: str
    ends_predecessor: bool


@dataclass(frozen=True, slots=True)
class SuccessionStep:
    """What was done with a succession (``REMOVED``, ``ENTERED``, ``CHANGED``), and the version that it has since."""

    done: str
    said: Succession
    version: int


def succession_arguments(key: int, step: SuccessionStep) -> dict[str, Any]:
    """Return the query of an address that takes back what was done with a succession."""
    said = step.said
    texts = (
        str(said.predecessor_id),
        str(said.successor_id),
        said.on_day.isoformat(),
        said.source_note,
        str(int(said.ends_predecessor)),
    )
    token = current_app.extensions["koordination.site"].signer.make(_succession(step.done, texts), key, step.version)
    done = {"schritt": step.done} if step.done else {}
    return done | dict(zip(_SAID, texts, strict=True)) | {"t": token}


def _succession(done: str, texts: Iterable[str]) -> str:
    kind = {REMOVED: "removal", ENTERED: "entry", CHANGED: "change"}[done]
    return f"undo-succession-{kind}:" + "\n".join(texts)


def read_succession(key: int) -> SuccessionStep:
    """Return what the request's signed address takes back.

    Raises: as ``read_step``; NotFound also if it was signed for another row.
    """
    done = request.args.get("schritt", REMOVED)
    if done not in {REMOVED, ENTERED, CHANGED}:
        raise NotFound
    texts = [request.args.get(name, "") for name in _SAID]
    signer = current_app.extensions["koordination.site"].signer
    claim = signer.read(_succession(done, texts), request.args.get("t", ""), max_age=UNDO_AGE)
    if claim.id != key:
        raise NotFound
    before, after, day, note, ends = texts
    said = Succession(int(before), int(after), date.fromisoformat(day), note, ends_predecessor=ends == "1")
    return SuccessionStep(done, said, claim.generation)


def is_asked() -> bool:
    """Return whether the request's address takes something back; else a page's button ends the end."""
    return "t" in request.args


def read(kind: str, key: int) -> Undo:
    """Return what the request's signed address says.

    Raises:
        NotFound, LinkOver: nobody signed it, or it is too old.
        Conflict: it was signed for another row.
    """
    earlier = request.args.get("bis", "")
    signer = current_app.extensions["koordination.site"].signer
    claim = signer.read(_purpose(kind, earlier), request.args.get("t", ""), max_age=UNDO_AGE)
    if claim.id != key:
        raise Conflict
    return Undo(read_day(earlier), claim.generation)


def version() -> int:
    """Return the version of the row that the page with the button showed; none is no version of any row."""
    return key_of(request.args.get("version"))
