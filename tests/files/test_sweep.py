"""Bytes that no row names are removed by a command, those of a running upload are not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from coordination.core import clock
from coordination.files.models import StoredFile
from coordination.files.store import Store


def test_a_sweep_removes_what_nothing_names_and_is_old(app: Flask, session: Session) -> None:
    store = Store(Path(app.instance_path) / "files")
    named, orphan, young = (store.put(text) for text in (b"genannt", b"verwaist", b"gerade eben"))
    broken = store._path(orphan).with_name("tmpabc")
    broken.write_bytes(b"halb")
    long_ago = time.time() - 3 * 24 * 3600
    for path in (store._path(named), store._path(orphan), broken):
        os.utime(path, (long_ago, long_ago))
    session.add(StoredFile(digest=named, name="a.txt", media_type="text/plain", size=7, added_at=clock.utc_now()))
    session.commit()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["files", "sweep"]).output == "to remove: 2 files, 12 bytes\n"
    assert store.get(orphan) == b"verwaist"
    assert runner.invoke(args=["files", "sweep", "--remove"]).output == "removed: 2 files, 12 bytes\n"
    assert (store.get(named), store.get(young)) == (b"genannt", b"gerade eben")
    assert not store._path(orphan).exists()
    assert not broken.exists()
    assert runner.invoke(args=["files", "sweep", "--remove"]).output == "removed: 0 files, 0 bytes\n"


def test_what_is_put_again_is_young_again(app: Flask) -> None:
    store = Store(Path(app.instance_path) / "files")
    digest = store.put(b"noch einmal")
    long_ago = time.time() - 3 * 24 * 3600
    os.utime(store._path(digest), (long_ago, long_ago))
    assert store.put(b"noch einmal") == digest
    app.test_cli_runner().invoke(args=["files", "sweep", "--remove"])
    assert store.get(digest) == b"noch einmal"


def test_what_is_put_survives_a_loss_of_power_with_its_name(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(Path(app.instance_path) / "files")
    synced = []
    fsync = os.fsync

    def seen(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").resolve())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", seen)
    path = store._path(store.put(b"neu")).resolve()
    assert synced[1:] == [path.parent, path.parent.parent]


def test_an_installation_without_files_has_nothing_to_sweep(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["files", "sweep", "--remove"])
    assert (result.exit_code, result.output) == (0, "removed: 0 files, 0 bytes\n")
