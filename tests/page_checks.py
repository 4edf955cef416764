"""What every page of the product must be, whatever it shows: checked on each page that a test sees."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

from bs4 import BeautifulSoup, Tag

#: Put before an English text that has no German one, by the tests' catalogue.
UNTRANSLATED = "⟦?⟧"
LANGUAGES = ("de", "en")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CONTROLS = ("input", "select", "textarea")
#: Inputs that are named by their value, or not shown.
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset"}
#: Hidden fields that prove where a form came from; a form behind a personal link has its own.
FORM_TOKENS = ("csrf_token", "form_token")
REFERRING = {"for", "aria-describedby", "aria-labelledby", "aria-errormessage", "headers", "form", "list"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
DEBRIS = re.compile(
    r"\bNone\b|%\(|\bUndefined\b|\{\{|\}\}|\{%|%\}|<(?:function|bound method|built-in)| object at 0x|LazyProxy|Markup\("
    r"|datetime\.(?:date|datetime)\(|\bnan\b|&(?:amp|lt|gt|quot|#\d+);"
)
SHOWN_ATTRIBUTES = (
    "value",
    "title",
    "alt",
    "aria-label",
    "placeholder",
    "content",
    "href",
    "action",
    "id",
    "class",
    "name",
)


def attribute(tag: Tag, name: str) -> str:
    """Return an attribute as text; an absent one is empty."""
    value = tag.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")


def words(tag: Tag) -> str:
    """Return the text of ``tag`` with single spaces."""
    return " ".join(tag.get_text(" ").split())


class Outline:
    """All tags of a page, read once: asking BeautifulSoup again for each check took a quarter of the tests' time."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.soup = soup
        self.tags: list[Tag] = soup.find_all(True)
        self.ids: dict[str, Tag] = {}
        self.labels: dict[str, list[Tag]] = defaultdict(list)
        for tag in self.tags:
            self.ids.setdefault(attribute(tag, "id"), tag)
            if tag.name == "label":
                self.labels[attribute(tag, "for")].append(tag)
        for absent in (self.ids, self.labels):
            absent.pop("", None)

    def called(self, *names: str) -> list[Tag]:
        """Return the tags with one of these names, in the order of the page."""
        return [tag for tag in self.tags if tag.name in names]


_newest: list[Outline] = []


def outline(soup: BeautifulSoup) -> Outline:
    """Return the outline of ``soup``; the last few are kept."""
    for one in _newest:
        if one.soup is soup:
            return one
    _newest.append(Outline(soup))
    del _newest[:-3]
    return _newest[-1]


def name_of(soup: BeautifulSoup, tag: Tag) -> str:
    """Return what a screen reader calls a control, button or link."""
    page = outline(soup)
    referred = [page.ids[one] for one in attribute(tag, "aria-labelledby").split() if one in page.ids]
    if named := " ".join(words(one) for one in referred) or attribute(tag, "aria-label"):
        return named
    if tag.name in CONTROLS:
        if attribute(tag, "type") in UNLABELLED_TYPES:
            return attribute(tag, "value")
        labels = page.labels.get(attribute(tag, "id"), [])
        wrapping = tag.find_parent("label")
        return " ".join(words(label) for label in (*labels, wrapping) if label is not None)
    inside = tag.find_all(("img", "svg"))
    pictures = " ".join(attribute(one, "alt" if one.name == "img" else "aria-label") for one in inside)
    return f"{words(tag)} {pictures}".strip()


def shape(page: Outline) -> Iterator[str]:
    """One title, one language, one main part, one first heading, no heading level left out."""
    title, html = page.soup.title, page.soup.html
    if title is None or not words(title):
        yield "the page has no title"
    if html is None or attribute(html, "lang") not in LANGUAGES:
        yield f"<html lang> is none of {LANGUAGES}"
    for name in ("h1", "main"):
        if (count := len(page.called(name))) != 1:
            yield f"{count} <{name}> instead of one"
    before = 1
    for heading in page.called(*HEADINGS):
        level = int(heading.name[1])
        if level > before + 1:
            yield f"<{heading.name}> {words(heading)!r} comes after <h{before}>"
        before = level
        if not words(heading):
            yield f"an empty <{heading.name}>"


def ids(page: Outline) -> Iterator[str]:
    """No identifier twice."""
    for name, count in Counter(attribute(tag, "id") for tag in page.tags if tag.has_attr("id")).items():
        if count > 1 or not name:
            yield f"id {name!r} stands there {count} times"


def references(page: Outline) -> Iterator[str]:
    """Whatever points to another part of the page points to something."""
    for tag in page.tags:
        for name in tag.attrs.keys() & REFERRING:
            for target in attribute(tag, name).split():
                if target not in page.ids:
                    yield f'<{tag.name} {name}="{target}"> points to nothing'
        link = attribute(tag, "href") if tag.name == "a" else ""
        if link.startswith("#") and link[1:] not in page.ids:
            yield f"the link {words(tag)!r} leads to {link}, which is not there"


def names(page: Outline) -> Iterator[str]:
    """Every control, button and link says what it is."""
    for tag in page.tags:
        if tag.name in CONTROLS and attribute(tag, "type") != "hidden" and not name_of(page.soup, tag):
            yield f"no label: <{tag.name} name={attribute(tag, 'name')!r}>"
        is_pressed = tag.name == "button" or (tag.name == "a" and tag.has_attr("href"))
        if is_pressed and not name_of(page.soup, tag):
            yield f"a <{tag.name}> without a text: {str(tag)[:80]}"


def pictures(page: Outline) -> Iterator[str]:
    """Every picture has a text, or says that it needs none."""
    for image in page.called("img"):
        if not image.has_attr("alt"):
            yield f"no alt: {attribute(image, 'src')}"
    for drawing in page.called("svg"):
        if attribute(drawing, "aria-hidden") != "true" and not (name_of(page.soup, drawing) or drawing.find("title")):
            yield "an <svg> that is neither hidden nor named"


def nothing_inline(page: Outline) -> Iterator[str]:
    """Nothing that the content security policy would refuse, or would have to allow."""
    for tag in page.tags:
        if tag.name == "style" or (tag.name == "script" and not tag.has_attr("src")):
            yield f"an inline <{tag.name}>"
        for name in tag.attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f'<{tag.name} {name}="{attribute(tag, name)[:40]}">'
        for name in ("href", "src", "action", "formaction"):
            if attribute(tag, name).strip().lower().startswith("javascript:"):
                yield f"<{tag.name} {name}> runs a script"
        if tag.name in {"script", "img", "link", "iframe"} and re.match(
            r"(https?:)?//", attribute(tag, "src") or attribute(tag, "href")
        ):
            yield f"<{tag.name}> is loaded from elsewhere: {attribute(tag, 'src') or attribute(tag, 'href')}"


def forms(page: Outline) -> Iterator[str]:
    """A form that changes something proves that it is ours and stays here."""
    for form in page.called("form"):
        method = (attribute(form, "method") or "get").lower()
        action = attribute(form, "action")
        if method == "post" and not any(form.find("input", attrs={"name": token}) for token in FORM_TOKENS):
            yield f"the form to {action!r} has no csrf_token"
        # "dialog" closes its dialog and sends nothing.
        if method not in {"get", "post", "dialog"} or re.match(r"(\w+:|//)", action):
            yield f"a strange form: {method} {action!r}"
        inside = form.find_all((*CONTROLS, "button"))
        has_button = any(tag.name == "button" or attribute(tag, "type") == "submit" for tag in inside)
        has_button = has_button or any(
            attribute(tag, "form") == attribute(form, "id") for tag in page.tags if "form" in tag.attrs
        )
        # A form with a single line of text is sent by Enter.
        if not has_button and len([tag for tag in inside if attribute(tag, "type") != "hidden"]) != 1:
            yield f"the form to {action!r} has no button"


def no_debris(page: Outline) -> Iterator[str]:
    """Nothing of the machine's own talk, and nothing untranslated."""
    texts = [" ".join(str(text).split()) for text in page.soup.find_all(string=True)]
    for tag in page.tags:
        texts += [attribute(tag, name) for name in SHOWN_ATTRIBUTES if tag.has_attr(name)]
    for text in texts:
        if UNTRANSLATED in text:
            yield f"not translated: {text.replace(UNTRANSLATED, '')!r}"
        elif found := DEBRIS.search(text):
            yield f"{found.group()!r} in {text[:80]!r}"


class _Balance(HTMLParser):
    """Finds tags that are closed in another order than they were opened, or never."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        doubled = [name for name, count in Counter(name for name, _ in attrs).items() if count > 1]
        if doubled:
            self.problems.append(f"<{tag}> has {', '.join(doubled)} twice")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Shapes in drawings close themselves."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            line, _ = self.getpos()
            self.problems.append(f"line {line}: </{tag}> where {' '.join(self.open[-2:]) or 'nothing'} is open")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def balance(html: str) -> list[str]:
    """Return the tags that are not closed in the order in which they were opened."""
    parser = _Balance()
    parser.feed(html)
    parser.close()
    return parser.problems + [f"<{tag}> is never closed" for tag in parser.open]


FOR_FRAGMENTS: tuple[Callable[[Outline], Iterator[str]], ...] = (
    ids,
    names,
    pictures,
    nothing_inline,
    forms,
    no_debris,
)
FOR_PAGES = (shape, *FOR_FRAGMENTS, references)


def page_problems(html: str, soup: BeautifulSoup | None = None) -> list[str]:
    """Return all that is wrong with a page, or with a part of one; ``soup`` is ``html`` if that was read already."""
    page = outline(soup if soup is not None else BeautifulSoup(html, "html.parser"))
    checks = FOR_FRAGMENTS if page.soup.html is None else FOR_PAGES
    return balance(html) + [problem for check in checks for problem in check(page)]


def header_problems(policy: str, content_type: str) -> list[str]:
    """Return what is wrong with the headers of a page."""
    problems = []
    if "default-src 'self'" not in policy or "unsafe" in policy:
        problems.append(f"the content security policy is {policy!r}")
    if "charset=utf-8" not in content_type.lower():
        problems.append(f"the content type is {content_type!r}")
    return problems
