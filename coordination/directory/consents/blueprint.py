"""The one blueprint of what somebody releases about themselves."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("consents", __name__)
