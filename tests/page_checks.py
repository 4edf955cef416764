"""What every page of the product must be, whatever it shows: checked on each page that a test sees."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

from bs4 import BeautifulSoup, Tag

#: Put before an English text that has no German one, by the tests' catalogue.
UNTRANSLATED = "⟦?⟧"
LANGUAGES = ("de", "en")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CONTROLS = "input, select, textarea"
#: Inputs that are named by their value, or not shown.
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset"}
#: Hidden fields that prove where a form came from; a form behind a personal link has its own.
FORM_TOKENS = ("csrf_token", "form_token")
REFERRING = ("for", "aria-describedby", "aria-labelledby", "aria-errormessage", "headers", "form", "list")
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


def _referred(soup: BeautifulSoup, ids: str) -> str:
    found = [soup.find(id=one) for one in ids.split()]
    return " ".join(words(tag) for tag in found if isinstance(tag, Tag))


def name_of(soup: BeautifulSoup, tag: Tag) -> str:
    """Return what a screen reader calls a control, button or link."""
    if named := _referred(soup, attribute(tag, "aria-labelledby")) or attribute(tag, "aria-label"):
        return named
    if tag.name in {"input", "select", "textarea"}:
        if attribute(tag, "type") in UNLABELLED_TYPES:
            return attribute(tag, "value")
        labels = [label for label in soup.find_all("label") if tag.get("id") and label.get("for") == tag.get("id")]
        wrapping = tag.find_parent("label")
        return " ".join(words(label) for label in (*labels, wrapping) if label is not None)
    pictures = " ".join(attribute(image, "alt") for image in tag.find_all("img"))
    drawings = " ".join(attribute(drawing, "aria-label") for drawing in tag.find_all("svg"))
    return f"{words(tag)} {pictures} {drawings}".strip()


def shape(soup: BeautifulSoup) -> Iterator[str]:
    """One title, one language, one main part, one first heading, no heading level left out."""
    title = soup.title
    if title is None or not words(title):
        yield "the page has no title"
    if soup.html is None or attribute(soup.html, "lang") not in LANGUAGES:
        yield f"<html lang> is none of {LANGUAGES}"
    for name in ("h1", "main"):
        if (count := len(soup.find_all(name))) != 1:
            yield f"{count} <{name}> instead of one"
    before = 1
    for heading in soup.find_all(HEADINGS):
        level = int(heading.name[1])
        if level > before + 1:
            yield f"<{heading.name}> {words(heading)!r} comes after <h{before}>"
        before = level
        if not words(heading):
            yield f"an empty <{heading.name}>"


def ids(soup: BeautifulSoup) -> Iterator[str]:
    """No identifier twice."""
    for name, count in Counter(attribute(tag, "id") for tag in soup.find_all(id=True)).items():
        if count > 1 or not name:
            yield f"id {name!r} stands there {count} times"


def references(soup: BeautifulSoup) -> Iterator[str]:
    """Whatever points to another part of the page points to something."""
    there = {attribute(tag, "id") for tag in soup.find_all(id=True)}
    for name in REFERRING:
        for tag in soup.select(f"[{name}]"):
            for target in attribute(tag, name).split():
                if target not in there:
                    yield f'<{tag.name} {name}="{target}"> points to nothing'
    for link in soup.select('a[href^="#"]'):
        if (target := attribute(link, "href")[1:]) not in there:
            yield f"the link {words(link)!r} leads to #{target}, which is not there"


def names(soup: BeautifulSoup) -> Iterator[str]:
    """Every control, button and link says what it is."""
    for control in soup.select(CONTROLS):
        if attribute(control, "type") != "hidden" and not name_of(soup, control):
            yield f"no label: <{control.name} name={attribute(control, 'name')!r}>"
    for tag in soup.select("button, a[href]"):
        if not name_of(soup, tag):
            yield f"a <{tag.name}> without a text: {str(tag)[:80]}"


def pictures(soup: BeautifulSoup) -> Iterator[str]:
    """Every picture has a text, or says that it needs none."""
    for image in soup.find_all("img"):
        if not image.has_attr("alt"):
            yield f"no alt: {attribute(image, 'src')}"
    for drawing in soup.find_all("svg"):
        if attribute(drawing, "aria-hidden") != "true" and not (name_of(soup, drawing) or drawing.find("title")):
            yield "an <svg> that is neither hidden nor named"


def nothing_inline(soup: BeautifulSoup) -> Iterator[str]:
    """Nothing that the content security policy would refuse, or would have to allow."""
    for tag in soup.find_all(True):
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


def forms(soup: BeautifulSoup) -> Iterator[str]:
    """A form that changes something proves that it is ours and stays here."""
    for form in soup.find_all("form"):
        method = (attribute(form, "method") or "get").lower()
        action = attribute(form, "action")
        if method == "post" and not any(form.find("input", attrs={"name": token}) for token in FORM_TOKENS):
            yield f"the form to {action!r} has no csrf_token"
        # "dialog" closes its dialog and sends nothing.
        if method not in {"get", "post", "dialog"} or re.match(r"(\w+:|//)", action):
            yield f"a strange form: {method} {action!r}"
        buttons = form.select("button, input[type=submit]") or soup.select(f'[form="{attribute(form, "id")}"]')
        # A form with a single line of text is sent by Enter.
        if not buttons and len(form.select("input:not([type=hidden]), select, textarea")) != 1:
            yield f"the form to {action!r} has no button"


def no_debris(soup: BeautifulSoup) -> Iterator[str]:
    """Nothing of the machine's own talk, and nothing untranslated."""
    texts = [" ".join(str(text).split()) for text in soup.find_all(string=True)]
    for tag in soup.find_all(True):
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


FOR_FRAGMENTS: tuple[Callable[[BeautifulSoup], Iterator[str]], ...] = (
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
    soup = soup or BeautifulSoup(html, "html.parser")
    checks = FOR_FRAGMENTS if soup.html is None else FOR_PAGES
    return balance(html) + [problem for check in checks for problem in check(soup)]


def header_problems(policy: str, content_type: str) -> list[str]:
    """Return what is wrong with the headers of a page."""
    problems = []
    if "default-src 'self'" not in policy or "unsafe" in policy:
        problems.append(f"the content security policy is {policy!r}")
    if "charset=utf-8" not in content_type.lower():
        problems.append(f"the content type is {content_type!r}")
    return problems
