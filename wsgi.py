"""The WSGI entry: ``gunicorn wsgi:app``. Refuses to start without a secret key."""

import os
import sys

from config import ConfigError, Settings
from coordination import worker
from coordination.app import create_app

try:
    settings = Settings.from_env(os.environ)
except ConfigError as error:
    # A line for each variable and no trace: whoever typed a command can do something about it.
    sys.exit(str(error))
app = create_app(settings)
worker.connect(app)
