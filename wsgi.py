"""The WSGI entry: ``gunicorn wsgi:app``. Refuses to start without a secret key."""

import os

from config import Settings
from coordination import worker
from coordination.app import create_app

app = create_app(Settings.from_env(os.environ))
worker.connect(app)
