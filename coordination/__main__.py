"""``python -m coordination``: everything in one process – migrate, load the demo once, serve, work."""

from __future__ import annotations

import os
import secrets
import signal
import sys
from pathlib import Path
from types import FrameType

from flask_migrate import upgrade

from config import ConfigError, Settings
from coordination import worker
from coordination.app import create_app
from coordination.server import make_server

INSTANCE = Path("instance")


def _secret(instance: Path) -> str:
    """Return this installation's key; made at the first start, readable by its owner alone."""
    path = instance / "secret"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _settings(host: str, port: int) -> Settings:
    """Return settings from the environment, with what ``make run`` decides by itself."""
    env = dict(os.environ)
    instance = Path(env.setdefault("KOORDINATION_INSTANCE", str(INSTANCE)))
    instance.mkdir(parents=True, exist_ok=True)
    env.setdefault("KOORDINATION_SECRET_KEY", _secret(instance))
    env.setdefault("KOORDINATION_BASE_URL", f"http://{host}:{port}")
    env.setdefault("KOORDINATION_DEMO", "yes")
    env.setdefault("KOORDINATION_LOG_LEVEL", "WARNING")
    return Settings.from_env(env)


def main() -> int:
    """Start, serve until Ctrl-C, and stop cleanly."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        sys.stderr.write("PORT: a whole number from 1 to 65535\n")
        return 2
    try:
        settings = _settings(host, int(port))
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    app = create_app(settings)
    with app.app_context():
        upgrade()
        notes = _load_demo(settings)
    try:
        server = make_server(app, host=host, port=int(port), threads=8)
    except OSError as error:
        sys.stderr.write(f"{host}:{port}: {error.strerror}. Another port: make run PORT=8001\n")
        return 1
    stop_worker = worker.start(app)
    signal.signal(signal.SIGTERM, _interrupt)
    sys.stdout.write("\n".join(["", f"  Koordination: {settings.base_url}", *notes, "", "  Ctrl-C ends it.", ""]))
    sys.stdout.flush()
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        sys.stdout.write("\n  Ending …\n")
        server.close()
        stop_worker()
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _load_demo(settings: Settings) -> list[str]:
    """Load the demo at the first start of an installation that wants it; return the lines about its accounts."""
    if not settings.is_demo:
        return []
    from coordination.demo.load import ensure

    return ensure(settings)


if __name__ == "__main__":
    sys.exit(main())
