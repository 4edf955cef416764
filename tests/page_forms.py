"""One form of a page: what it would send as it stands, and what it sends after a person filled it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from werkzeug.datastructures import MultiDict

from tests.page_checks import CONTROLS, attribute, name_of, outline

CHOICES = {"checkbox", "radio"}


@dataclass(frozen=True)
class Filled:
    """A form ready to be sent."""

    action: str
    method: str
    content_type: str | None
    data: MultiDict[str, Any]


class PageForm:
    """A form of a page as a person sees it."""

    def __init__(self, soup: BeautifulSoup, tag: Tag) -> None:
        self.soup = soup
        self.tag = tag
        self.method = (attribute(tag, "method") or "get").lower()
        self.label = name_of(soup, tag) if tag.has_attr("aria-label") or tag.has_attr("aria-labelledby") else ""

    def _own(self, *names: str) -> list[Tag]:
        """Return the form's controls, also those that stand elsewhere and name it."""
        identity = attribute(self.tag, "id")
        inside = [tag for tag in self.tag.find_all(names) if attribute(tag, "form") in {"", identity}]
        everywhere = outline(self.soup).called(*names) if identity else []
        outside = [tag for tag in everywhere if attribute(tag, "form") == identity]
        return inside + [tag for tag in outside if all(tag is not other for other in inside)]

    def controls(self) -> list[Tag]:
        """Return all controls that have a name, in the order of the page."""
        return [tag for tag in self._own(*CONTROLS) if tag.get("name") and not _is_button(tag)]

    def buttons(self) -> list[str]:
        """Return what stands on the form's buttons that send it."""
        return [name_of(self.soup, tag) for tag in self._sending()]

    def _sending(self) -> list[Tag]:
        return [tag for tag in self._own("button", "input") if _sends(tag)]

    def values(self, name: str) -> list[str]:
        """Return what the form would send for ``name`` as it stands."""
        return [value for tag in self.controls() if attribute(tag, "name") == name for value in _standing(tag)]

    def options(self, name: str) -> dict[str, str]:
        """Return the choices for ``name``: value to label."""
        offered: dict[str, str] = {}
        for tag in self.controls():
            if attribute(tag, "name") == name and tag.name == "select":
                offered |= {_value(option): option.get_text(strip=True) for option in tag.find_all("option")}
            elif attribute(tag, "name") == name and attribute(tag, "type") in CHOICES:
                offered[_value(tag)] = name_of(self.soup, tag)
        return offered

    def fill(self, button: str | None, fields: Mapping[str, Any]) -> Filled:
        """Return what is sent when ``fields`` are filled in, the rest is left, and ``button`` is pressed."""
        usable = [tag for tag in self.controls() if not _is_disabled(tag)]
        names = list(dict.fromkeys(attribute(tag, "name") for tag in usable))
        if unknown := fields.keys() - set(names):
            raise AssertionError(f"no field {', '.join(sorted(unknown))} in this form; there are {', '.join(names)}")
        pairs: list[tuple[str, Any]] = []
        for name in names:
            tags = [tag for tag in usable if attribute(tag, "name") == name]
            pairs += [(name, value) for value in self._sent(name, tags, fields)]
        pressed = self._pressed(button)
        if pressed is not None and pressed.get("name"):
            pairs.append((attribute(pressed, "name"), attribute(pressed, "value")))
        at = pressed if pressed is not None else self.tag
        return Filled(
            action=attribute(at, "formaction") or attribute(self.tag, "action"),
            method=(attribute(at, "formmethod") or self.method).lower(),
            content_type=attribute(self.tag, "enctype") or None,
            data=MultiDict(pairs),
        )

    def _sent(self, name: str, tags: list[Tag], fields: Mapping[str, Any]) -> list[Any]:
        if name not in fields:
            return [value for tag in tags for value in _standing(tag)]
        if all(attribute(tag, "type") == "hidden" or tag.has_attr("readonly") for tag in tags):
            raise AssertionError(f"nobody can fill in {name}: it is hidden or read only")
        given = fields[name]
        if isinstance(given, bool):
            boxes = [tag for tag in tags if attribute(tag, "type") == "checkbox"]
            assert len(boxes) == 1, f"{name} is not one tick box"
            return [_value(boxes[0])] if given else []
        values = list(given) if isinstance(given, list | set) else [given]
        offered = self.options(name)
        if offered:
            values = [str(value) for value in values]
            if strange := [value for value in values if value not in offered]:
                raise AssertionError(f"{name} does not offer {strange}; it offers {offered}")
        elif attribute(tags[0], "type") != "file":
            values = [str(value) for value in values]
        return values

    def _pressed(self, button: str | None) -> Tag | None:
        sending = self._sending()
        if button is None:
            return sending[0] if sending else None
        called = [tag for tag in sending if name_of(self.soup, tag) == button]
        assert called, f"no button {button!r}; there are {self.buttons()}"
        return called[0]


def _sends(tag: Tag) -> bool:
    kind = attribute(tag, "type")
    return kind not in {"button", "reset"} if tag.name == "button" else kind in {"submit", "image"}


def _is_button(tag: Tag) -> bool:
    return attribute(tag, "type") in {"submit", "button", "reset", "image"}


def _is_disabled(tag: Tag) -> bool:
    return tag.has_attr("disabled") or tag.find_parent("fieldset", attrs={"disabled": True}) is not None


def _value(tag: Tag) -> str:
    """Return what a choice sends: its value, or what a browser sends in place of one."""
    if tag.has_attr("value"):
        return attribute(tag, "value")
    return tag.get_text(strip=True) if tag.name == "option" else "on"


def _standing(tag: Tag) -> list[str]:
    """Return what a control sends when nobody touches it."""
    if _is_disabled(tag):
        return []
    if tag.name == "textarea":
        return [tag.get_text().removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")]
    if tag.name == "select":
        options = [option for option in tag.find_all("option") if not option.has_attr("disabled")]
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not tag.has_attr("multiple"):
            chosen = options[:1]
        return [_value(option) for option in chosen]
    if attribute(tag, "type") in CHOICES:
        return [_value(tag)] if tag.has_attr("checked") else []
    return [] if attribute(tag, "type") == "file" else [attribute(tag, "value")]
