"""The field of a form in which the address of a website is typed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from wtforms import StringField, widgets
from wtforms.validators import ValidationError

from coordination.core.i18n import gettext


class WebsiteField(StringField):
    """An address on the web; without a scheme it is taken to be https."""

    widget = widgets.URLInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text, completed."""
        text = "".join(valuelist[0].split()) if valuelist else ""
        self.data = text if not text or "://" in text or ":" in text.partition("/")[0] else f"https://{text}"

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse anything a browser would not open as a page."""
        if not self.data:
            return
        try:
            parts = urlsplit(self.data)
            is_page = parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
        except ValueError:
            is_page = False
        if not is_page:
            raise ValidationError(
                gettext("This is not the address of a website. Please write it like www.example.org.")
            )
