"""Words of a round that both mails and pages say."""

from __future__ import annotations

from decimal import Decimal

from coordination.core.i18n import format_number, gettext, ngettext


def share(posts: Decimal | None, hours: Decimal | None) -> str:
    """Return "0,5 Stelle (19,5 Std.)", with what is known of both."""
    parts = []
    if posts is not None:
        number = format_number(float(posts), 2)
        parts.append(ngettext("%(posts)s post", "%(posts)s posts", 1 if posts <= 1 else 2, posts=number))
    if hours is not None:
        text = gettext("%(hours)s hrs", hours=format_number(float(hours), 2))
        parts.append(f"({text})" if parts else text)
    return " ".join(parts)
