"""What somebody may release about themselves, and in which words. No database."""

from __future__ import annotations

from enum import StrEnum

from coordination.core.i18n import N_

#: Number of the sentences below; a consent keeps the one that it was given to. Whoever changes a sentence raises it.
WORDING = 1


class Released(StrEnum):
    """Something private that its owner may show to people with an account."""

    PHONE = "phone"
    PHOTO = "photo"


SENTENCES = {
    Released.PHONE: N_(
        "Everybody who is signed in here sees my private telephone number on my page. I may withdraw this at any time; "
        "the number is then deleted at once."
    ),
    Released.PHOTO: N_(
        "Everybody who is signed in here sees my photo on my page. I may withdraw this at any time; the photo is then "
        "deleted at once."
    ),
}
