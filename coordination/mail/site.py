"""What letters need to know of the installation they are written for."""

from __future__ import annotations

from dataclasses import dataclass

from coordination.core.tokens import Signer
from coordination.mail.message import Sender


@dataclass(frozen=True, slots=True)
class Site:
    """One installation: its address, the city, who mails come from, and what signs its links."""

    base_url: str
    city_name: str
    contact_email: str
    sender: Sender
    signer: Signer
    #: Its people are invented, and what leaves it says so.
    is_demo: bool = False

    def url(self, path: str) -> str:
        """Return the address of ``path``; always the configured one, never the request's Host."""
        return self.base_url + path
