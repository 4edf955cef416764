"""Which person of the directory a list means: official mail first, then spellings of the name; doubts are asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from coordination.core.access import Actor, Permission, Subject, allows
from coordination.core.i18n import N_
from coordination.directory.names import Name, are_near, fold_name, folded, near_keys, tells_apart
from coordination.directory.staff.known import Known, KnownPerson, name_parts
from coordination.directory.staff.rows import Entry, PersonText, Question

#: The answer "nobody who is there already".
NEW = "0"
NEW_WORDS = N_("a new person")
#: Behind the key of a person in an answer: it is that person, who is called now as the list says.
RENAMED = "n"
_ALSO = N_("Row %(lines)s of the same list says %(name)s.")
#: How somebody is reached: named alike in the list and in the directory.
CONTACT = ("email", "phone", "mobile")


@dataclass(slots=True)
class ListedPerson:
    """One person of a list with all that its rows say of them."""

    key: str
    #: Family and given name, folded.
    name: str
    text: PersonText
    employer_id: int
    lines: list[int] = field(default_factory=list)
    #: Who it is; None: somebody new.
    known: KnownPerson | None = None
    #: Nobody has said yet who it is.
    is_open: bool = False
    is_foreign: bool = False
    #: Somebody said that this person is called now as the list says.
    is_renamed: bool = False

    @property
    def is_called_otherwise(self) -> bool:
        """Return whether the directory's name of this person is another one, not only another spelling."""
        return self.known is not None and _folded(self.known.family, self.known.given) != _folded(
            self.text.family, self.text.given
        )

    @property
    def shown(self) -> str:
        """Return the name that holds when the list is stored."""
        if self.known is not None and not (self.is_renamed and self.is_called_otherwise):
            return self.known.name
        return " ".join(part for part in (self.text.title, self.text.given, self.text.family) if part)

    def changes(self) -> dict[str, tuple[str, str]]:
        """Return what the list says otherwise than the directory: field → (old, new); silence changes nothing."""
        if self.known is None or self.is_foreign:
            return {}
        old = self.known
        found = {
            name: (getattr(old, name), getattr(self.text, name))
            for name in CONTACT
            if getattr(self.text, name) and getattr(self.text, name) != getattr(old, name)
        }
        if "email" in found and found["email"][0].lower() == found["email"][1].lower():
            del found["email"]
        # Another spelling of the same name is no news: the directory's stands, and it stands until somebody says so.
        names = (("family", self.text.family), ("given", self.text.given)) if self.is_renamed else ()
        for name, text in names:
            if fold_name(text) != fold_name(getattr(old, name)):
                found[name] = (getattr(old, name), text)
        return found


def _folded(family: str, given: str) -> tuple[str, str]:
    return fold_name(family), fold_name(given)


def _name_key(text: PersonText) -> str:
    return fold_name(text.family + text.given)


def listed_people(entries: Sequence[Entry]) -> tuple[dict[str, ListedPerson], dict[int, str]]:
    """Return the people of a list by key, and the key of each entry's person by the entry's place in the list.

    Rows with one name are one person, unless they have different addresses.
    """
    named = [
        (place, entry, text, _name_key(text))
        for place, entry in enumerate(entries)
        if (text := entry.person) is not None
    ]
    mails: dict[str, set[str]] = defaultdict(set)
    for _place, _entry, text, name in named:
        if text.email:
            mails[name].add(text.email.lower())
    people: dict[str, ListedPerson] = {}
    keys: dict[int, str] = {}
    for place, entry, text, name in named:
        only = next(iter(mails[name])) if len(mails[name]) == 1 else ""
        key = f"{name}|{text.email.lower() or only}"
        if (known := people.get(key)) is None:
            known = people[key] = ListedPerson(key, name, text, entry.employer_id)
        else:
            known.text = merged(known.text, text)
        known.lines.append(entry.line)
        keys[place] = key
    return people, keys


def merged(first: PersonText, second: PersonText) -> PersonText:
    """Return what both say, the first one first."""
    more = {name: said for name in ("title", *CONTACT) if not getattr(first, name) and (said := getattr(second, name))}
    return replace(first, **more) if more else first


class Finder:
    """Finds who the people of a list are."""

    def __init__(
        self, known: Known, actor: Actor, answers: Mapping[str, str], listed: Collection[ListedPerson] = ()
    ) -> None:
        self.known, self.actor, self.answers = known, actor, answers
        #: Rows of the list by the name that they say, folded.
        self._lines: dict[str, list[int]] = defaultdict(list)
        for one in listed:
            self._lines[one.name] += one.lines
        self.questions: list[Question] = []
        #: Organisation → whether the actor keeps its people.
        self._kept: dict[int | None, bool] = {}
        self._works_for = {(one.person_id, one.employer_id) for one in known.assignments}
        #: One part of a name with the other's first letter → key and name of those who may be spelled so.
        self._nearby: dict[str, list[tuple[int, Name]]] | None = None

    def find(self, person: ListedPerson) -> None:
        """Note in ``person`` who it is, or ask."""
        by_mail = self._living(self.known.by_mail.get(person.text.email.lower(), ())) if person.text.email else []
        by_name = self._living(self.known.by_name.get(person.name, ()))
        answer = self.answers.get(f"person:{person.key}")
        certain = self._certain(person, by_mail, by_name)
        if answer is None and certain is not None:
            self._settle(person, certain)
        elif answer is None and (candidates := list(dict.fromkeys([*by_mail, *by_name, *self._variants(person)]))):
            self._ask(person, candidates, [*by_mail, *by_name])
        elif answer is None and (near := self._near(person)):
            self._ask(person, near, [])
        elif answer and answer != NEW:
            self._answered(person, answer)

    def _answered(self, person: ListedPerson, answer: str) -> None:
        key = answer.removesuffix(RENAMED)
        if key.isdigit() and int(key) in self.known.people:
            self._settle(person, int(key))
            person.is_renamed = answer.endswith(RENAMED)

    def _living(self, keys: Collection[int]) -> list[int]:
        people = self.known.people
        if not keys:
            return []
        return [key for key in keys if (last := people[key].valid_until) is None or last >= self.known.today]

    def _certain(self, person: ListedPerson, by_mail: Sequence[int], by_name: Sequence[int]) -> int | None:
        """Return who it is without any doubt: address and name agree, or the name alone at the same employer."""
        both = [key for key in by_mail if key in by_name]
        if len(both) == 1:
            return both[0]
        if by_mail or len(by_name) != 1:
            return None
        one = self.known.people[by_name[0]]
        is_theirs = one.organisation_id == person.employer_id or (one.id, person.employer_id) in self._works_for
        return one.id if is_theirs and not (one.email and person.text.email) else None

    def _variants(self, person: ListedPerson) -> list[int]:
        """Return who shares the given name and a part of a double name: "Müller" and "Müller-Lüdenscheidt"."""
        given = fold_name(person.text.given)
        found = [
            key for part in name_parts(person.text.family) for key in self.known.by_part.get(f"{part}\t{given}", ())
        ]
        return self._living(found)

    def _near(self, person: ListedPerson) -> list[int]:
        """Return who is called almost the same, wherever they work, if no address speaks against it."""
        if self._nearby is None:
            self._nearby = self._by_nearness()
        own = folded(person.text.given, person.text.family)
        found = {
            key: None
            for part in near_keys(own)
            for key, name in self._nearby.get(part, ())
            if are_near(own, name) and not tells_apart(person.text.email, self.known.people[key].email)
        }
        return self._living(found)

    def _by_nearness(self) -> dict[str, list[tuple[int, Name]]]:
        found: dict[str, list[tuple[int, Name]]] = defaultdict(list)
        for key, one in self.known.people.items():
            name = folded(one.given, one.family)
            for part in near_keys(name):
                found[part].append((key, name))
        return found

    def _ask(self, person: ListedPerson, candidates: Sequence[int], likely: Sequence[int]) -> None:
        person.is_open = True
        people = self.known.people
        options: list[tuple[str, str]] = []
        also = []
        for key in candidates:
            one = people[key]
            options.append((str(key), _described(one)))
            is_other = _folded(one.family, one.given) != _folded(person.text.family, person.text.given)
            if is_other and self._keeps(one.organisation_id):
                options.append((f"{key}{RENAMED}", _described(one)))
            if is_other and (lines := self._lines.get(fold_name(one.family + one.given))):
                values = {"lines": ", ".join(map(str, lines)), "name": f"{one.given} {one.family}"}
                also.append((_ALSO, values))
        self.questions.append(
            Question(
                "person",
                person.key,
                f"{person.text.given} {person.text.family}",
                tuple(dict.fromkeys(person.lines)),
                (*options, (NEW, NEW_WORDS)),
                suggested=str(likely[0]) if likely else "",
                detail=person.text.email,
                notes=also,
            )
        )

    def _settle(self, person: ListedPerson, key: int) -> None:
        person.known = self.known.people[key]
        person.is_foreign = not self._keeps(person.known.organisation_id)

    def _keeps(self, organisation_id: int | None) -> bool:
        if organisation_id not in self._kept:
            own = frozenset(() if organisation_id is None else (organisation_id,))
            subject = Subject(organisation_ids=own)
            self._kept[organisation_id] = allows(self.actor, Permission.DIRECTORY_EDIT, subject)
        return self._kept[organisation_id]


def _described(person: KnownPerson) -> str:
    return ", ".join(part for part in (person.name, person.organisation, person.email) if part)
