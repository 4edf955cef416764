"""The one blueprint of the public page and of its switch."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("public", __name__)
