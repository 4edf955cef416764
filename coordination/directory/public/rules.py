"""What may stand on a page for everybody: joined times, and mailboxes that are nobody's own. No database."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from coordination.directory.rules import HolidayPresence, WeeklyTime


def joined(times: Iterable[WeeklyTime]) -> tuple[WeeklyTime, ...]:
    """Return times as if they were one person's: overlaps joined, rooms left out.

    So nobody can tell from them how many people there are, or follow one of them through the week.
    """
    found: list[WeeklyTime] = []
    for one in sorted(times, key=lambda t: (t.weekday, t.starts_at)):
        last = found[-1] if found else None
        if last is not None and last.weekday == one.weekday and one.starts_at <= last.ends_at:
            found[-1] = WeeklyTime(one.weekday, last.starts_at, max(last.ends_at, one.ends_at))
        else:
            found.append(WeeklyTime(one.weekday, one.starts_at, one.ends_at))
    return tuple(found)


def holidays_of(said: Collection[HolidayPresence | None]) -> HolidayPresence | None:
    """Return what holds of several people in school holidays; None where there is nothing to say.

    A yes is one only if all of them are there: their times are shown as one, and would be promised as a whole.
    """
    if HolidayPresence.BY_ARRANGEMENT in said:
        return HolidayPresence.BY_ARRANGEMENT
    return HolidayPresence.YES if set(said) == {HolidayPresence.YES} else None


def is_office_s(address: str, *, of_people: Collection[str], private: Collection[str]) -> bool:
    """Return whether a mailbox is an office's: no person has it, and it is not at a provider of private mail.

    Args:
        address: as it is entered at a school or an organisation.
        of_people: addresses of people, in small letters.
        private: first parts of the domains where people have private mailboxes.
    """
    name, at, domain = address.strip().lower().rpartition("@")
    return bool(name and at) and f"{name}@{domain}" not in of_people and domain.partition(".")[0] not in private
