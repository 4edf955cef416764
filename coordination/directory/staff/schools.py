"""Which place a row means: by number, by name with form and district; what fits several is asked, never guessed.

A number is a school's, and its sites have none: a name beside it, or a word for a site, says that a site is meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from coordination.directory.names import fold_name
from coordination.directory.school_forms import FORMS
from coordination.directory.school_names import split_short
from coordination.directory.sites.rules import PRIMARY, stem
from coordination.directory.staff.known import KnownPlace

#: Names less alike than this are not even offered.
ALIKE = 70
MOST_OFFERED = 8
#: A name that stands in another one is offered from so many letters on.
_LEAST_WITHIN = 5
#: What many names end with says nothing of which school it is.
_COMMON = re.compile(
    r"(?:stadtteil|grund|haupt|real|gesamt|sekundar|gemeinschafts|bekenntnis|foerder|verbund|primus|berufs)?"
    r"(?:schulen?|gymnasium|kollegs?)(?:standort)?$"
)
_NUMBER = re.compile(r"(?:.*\D)?(\d{6})(?:\D.*)?")
#: What says that a further building of a school is meant, or its first one; behind the name or before it.
_BUILDING = r"(?P<which>Teilstandort|Nebenstandort|Nebenstelle|Zweigstelle|Außenstelle|Dependance|Hauptstandort)"
_BEHIND = re.compile(rf"(?P<rest>.*?)[\s,;:(–-]*\b{_BUILDING}[\s)]*", re.IGNORECASE)
_WITHIN = re.compile(rf"(?P<rest>.*?)[\s,;:(–-]*\b{_BUILDING}\b[\s,;:–-]*(?P<after>.*?)[\s)]*", re.IGNORECASE)
_BEFORE = re.compile(rf"{_BUILDING}\b[\s,;:–-]*(?P<rest>.*)", re.IGNORECASE)
_FORM_WORDS = {
    "gs": ("02",),
    "gsv": ("02",),
    "grundschulverbund": ("02",),
    "hs": ("04",),
    "foe": ("08", "85", "87", "88"),
    "fs": ("08", "85", "87", "88"),
    "rs": ("10",),
    "sek": ("14",),
    "ge": ("15",),
    "gy": ("20",),
    "gym": ("20",),
    "bk": ("30",),
}


_ASSOCIATION = re.compile(r"(GSV|Grundschulverbund)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Building:
    """A name of a school that says which of its buildings is meant."""

    rest: str
    is_site: bool
    #: What stands behind the word, if something stands on both sides: "Süd – Teilstandort Berg".
    after: str = ""


def _building(name: str) -> _Building | None:
    """Return what "GSV Dornberg – Teilstandort" says; None: the name says nothing of a building."""
    found = _BEHIND.fullmatch(name) or _BEFORE.fullmatch(name)
    if found is not None:
        return _Building(found["rest"].strip(), _is_site(found))
    found = _WITHIN.fullmatch(name)
    return _Building(found["rest"].strip(), _is_site(found), found["after"].strip()) if found else None


def _is_site(found: re.Match[str]) -> bool:
    return not found["which"].casefold().startswith("haupt")


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for one text: the place, or those it may be; neither: nothing like it is here."""

    place_id: int | None = None
    offered: tuple[int, ...] = ()


def form_codes(text: str) -> frozenset[str]:
    """Return the codes of a school form written as word, abbreviation or key, with or without its leading zero."""
    folded = fold_name(text)
    if not folded:
        return frozenset()
    if folded in _FORM_WORDS:
        return frozenset(_FORM_WORDS[folded])
    codes = {code for code, form in FORMS.items() if folded in {fold_name(form.german), fold_name(code)}}
    codes |= {code for code, form in FORMS.items() if folded in {fold_name(prefix) for prefix in form.prefixes}}
    return frozenset(codes or ({f"0{folded}"} if f"0{folded}" in FORMS else ()))


class Schools:
    """All places by number and by every name they have."""

    def __init__(self, places: Mapping[int, KnownPlace]) -> None:
        self._places = places
        self._by_number = {place.number: place.id for place in places.values() if place.number}
        self._by_name: dict[str, set[int]] = defaultdict(set)
        for place in places.values():
            for key in self._keys(place):
                self._by_name[key].add(place.id)
        self._cores: dict[str, set[int]] = defaultdict(set)
        for key, keys in self._by_name.items():
            self._cores[_core(key)] |= keys
        self._kept: dict[tuple[str, str, str, str], Match] = {}
        self._sites: dict[int, list[int]] = defaultdict(list)
        for place in places.values():
            if place.school_id is not None:
                self._sites[place.school_id].append(place.id)

    @staticmethod
    def _keys(place: KnownPlace) -> set[str]:
        names = set(place.names)
        if place.form_code in FORMS:
            names |= {split_short(name, place.form_code)[1] for name in place.names}
        return {fold_name(name) for name in names} - {""}

    def numbered(self, number: str) -> int | None:
        """Return the place with a school number."""
        return self._by_number.get(number)

    def meant(self, school: int, name: str) -> Match:
        """Return what the number of a school means with the name beside it: the school, or the site that is named.

        Neither: the name beside a word for a building is another school's.
        """
        site, said = self._site_called(school, name), _building(name)
        if site is not None or said is None or school in self._by_name.get(fold_name(name), set()):
            return Match(school if site is None else site)
        if said.rest and self._site_called(school, said.rest) is None and not self.may_be_called(school, said.rest):
            return Match()
        return self._building_of(school, said)

    def _site_called(self, school: int, name: str) -> int | None:
        """Return the site of a school that has a name, if exactly one has it."""
        called = self._by_name.get(fold_name(name), set()) & set(self._sites.get(school, ()))
        return called.pop() if len(called) == 1 else None

    def _building_of(self, school: int, said: _Building) -> Match:
        """Return the building of a school that a name speaks of; one that is named and not known is asked."""
        sites = (self._site_called(school, text) for text in (said.after, said.rest) if text and said.is_site)
        named = next((one for one in sites if one is not None), None)
        if named is not None:
            return Match(named)
        if said.after:
            return Match(offered=(*self._sites.get(school, ()), school)[:MOST_OFFERED])
        return self._site_of(school) if said.is_site else Match(school)

    def _site_of(self, school: int) -> Match:
        """Return the only site of a school; where it has several or none, they and the school are offered."""
        sites = self._sites.get(school, [])
        return Match(sites[0]) if len(sites) == 1 else Match(offered=(*sites, school)[:MOST_OFFERED])

    def named(self, name: str, form: str = "", district: str = "", school: str = "") -> Match:
        """Return what a name means, told apart by form and district where several have it.

        ``school``: whose site it is, where the list says so.
        """
        asked = (name, form, district, school)
        if asked not in self._kept:
            found = self._site_of_school(name, school) if school else None
            self._kept[asked] = found or self._look(name, form, district)
        return self._kept[asked]

    def _site_of_school(self, name: str, school: str) -> Match | None:
        """Return the site of a school that is called ``name``; None where no place or no school is called so.

        A place of that name that is no site of that school is asked: one of the two cells is wrong.
        """
        called = self._by_name.get(fold_name(name), set())
        named = self._by_name.get(fold_name(school), set())
        schools = {key for key in named if self._places[key].is_school and self._places[key].school_id is None}
        if not called or not schools:
            return None
        sites = sorted(key for key in called if self._places[key].school_id in schools)
        return Match(sites[0]) if len(sites) == 1 else Match(offered=tuple((sites or sorted(called))[:MOST_OFFERED]))

    def may_be_called(self, place_id: int, name: str) -> bool:
        """Return whether a name fits a place: not if it is exactly the name of others only."""
        named = self.named(name)
        exact = self._by_name.get(fold_name(name), set())
        return place_id in exact or not exact or place_id == named.place_id

    def _look(self, name: str, form: str, district: str) -> Match:
        if (found := _NUMBER.fullmatch(name)) and found[1] in self._by_number:
            return self.meant(self._by_number[found[1]], name.replace(found[1], "").strip(" ,;:()–-"))
        said = _building(name)
        if said is not None and said.rest and fold_name(name) not in self._by_name:
            school = self.named(said.rest, form, district)
            is_school = school.place_id is not None and self._places[school.place_id].school_id is None
            return self._building_of(school.place_id, said) if is_school and school.place_id is not None else school
        keys, codes = self._spellings(name)
        candidates = set().union(*(self._by_name.get(key, set()) for key in keys)) or self._associated(name)
        for told in (self._of_form(candidates, codes), self._of_form(candidates, form_codes(form))):
            candidates = told or candidates
        candidates = self._in_district(candidates, district) or candidates
        if len(candidates) == 1:
            return Match(candidates.pop())
        return Match(offered=tuple(sorted(candidates)[:MOST_OFFERED]) if candidates else self._alike(name))

    def _associated(self, name: str) -> set[int]:
        """Return the primary schools that a list may call a Grundschulverbund: by what tells their names apart."""
        if not _ASSOCIATION.match(name):
            return set()
        wanted, primary = stem(name), (one for one in self._places.values() if one.form_code == PRIMARY)
        return {one.id for one in primary if wanted in {stem(text) for text in one.names}}

    @staticmethod
    def _spellings(name: str) -> tuple[list[str], frozenset[str]]:
        """Return how a name may be stored, and the form that an abbreviation before it says: "GS Fröbelschule"."""
        first, _blank, rest = name.partition(" ")
        codes = form_codes(first.rstrip(".")) if rest else frozenset()
        return [fold_name(name)] + ([fold_name(rest)] if codes else []), codes

    def _of_form(self, candidates: Iterable[int], codes: frozenset[str]) -> set[int]:
        return {key for key in candidates if self._places[key].form_code in codes}

    def _in_district(self, candidates: Iterable[int], district: str) -> set[int]:
        wanted = fold_name(district)
        return {key for key in candidates if wanted and fold_name(self._places[key].district) == wanted}

    def _alike(self, name: str) -> tuple[int, ...]:
        core = _core(fold_name(name))
        best = process.extract(core, list(self._cores), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=MOST_OFFERED)
        cores = [found for found, _score, _place in best]
        cores += [
            one for one in self._cores if min(len(one), len(core)) >= _LEAST_WITHIN and (one in core or core in one)
        ]
        found = [key for one in cores for key in sorted(self._cores[one])]
        return tuple(dict.fromkeys(found))[:MOST_OFFERED]


def _core(folded: str) -> str:
    """Return what tells a folded name from others: "froebelschule" is "froebel"; one with nothing else stays whole."""
    return _COMMON.sub("", folded) or folded
