"""A browser without scripts that obeys the page: it sends what a form holds, follows what a link says.

It keeps cookies, carries hidden fields and the form token, refuses what a person could not do (a field that is not
there, an option that is not offered), and holds every page against ``page_checks``.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.page_checks import attribute, header_problems, name_of, page_problems, words
from tests.page_forms import Filled, PageForm

_FORM_TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
#: Hashes of pages that were found to be in order.
_good: set[int] = set()


class Page:
    """One answer: ``status``, ``text``, ``title``, ``h1``, ``flash``, and what can be done from it."""

    def __init__(self, browser: "Browser", url: str, response: TestResponse) -> None:
        self.browser = browser
        self.url = url
        self.response = response
        # To the end, before it is closed: files come in pieces.
        response.get_data()
        self.status = response.status_code
        self.headers = response.headers
        self.location = response.headers.get("Location", "")
        self.is_html = response.mimetype == "text/html"
        self.html = response.get_data(as_text=True) if (response.mimetype or "").startswith("text/") else ""
        if self.is_html and not 300 <= self.status < 400:
            self._check()

    @cached_property
    def soup(self) -> BeautifulSoup:
        """Return the page as read; where a word may break is no gap in it."""
        return BeautifulSoup(self.html.replace("<wbr>", "") if self.is_html else "", "html.parser")

    def _check(self) -> None:
        # The sign-in page comes a thousand times: the same but for its token, it is looked at once.
        seen = hash(_FORM_TOKEN.sub("", self.html))
        problems = [] if seen in _good else page_problems(self.html, self.soup)
        problems += header_problems(
            self.headers.get("Content-Security-Policy", ""), self.headers.get("Content-Type", "")
        )
        if not problems:
            _good.add(seen)
        else:
            raise AssertionError(f"{self.status} {self.url}:\n- " + "\n- ".join(dict.fromkeys(problems)))

    def __repr__(self) -> str:
        return f"<{self.status} {self.url} {self.h1!r}>"

    @property
    def text(self) -> str:
        """Return what can be read on the page, with single spaces."""
        return words(self.soup.body or self.soup) if self.is_html else self.html

    @property
    def main(self) -> str:
        """Return what can be read in the main part, without navigation and footer."""
        return words(self._main())

    @property
    def title(self) -> str:
        """Return the page's title."""
        return words(self.soup.title) if self.soup.title else ""

    @property
    def h1(self) -> str:
        """Return the first heading."""
        return words(self.soup.h1) if self.soup.h1 else ""

    @property
    def flash(self) -> str:
        """Return the messages that answer what was just done."""
        return " ".join(words(tag) for tag in self.soup.select(".flashes .notice__body"))

    def error(self, field: str) -> str:
        """Return the message that is tied to the control named ``field``; empty if there is none."""
        for control in self.soup.select(f'[name="{field}"]'):
            group = control.find_parent("fieldset")
            described = (
                attribute(control, "aria-describedby") + " " + (attribute(group, "aria-describedby") if group else "")
            )
            notes = [self.soup.find(id=one) for one in described.split() if one.endswith("error")]
            if said := " ".join(words(note) for note in notes if isinstance(note, Tag)):
                return said
        return ""

    def select(self, css: str) -> list[str]:
        """Return the texts of all elements that ``css`` selects."""
        return [words(tag) for tag in self.soup.select(css)]

    def href(self, text: str) -> str:
        """Return where the link called ``text`` leads."""
        links = [link for link in self.soup.select("a[href]") if attribute(link, "href")]
        called = [link for link in links if name_of(self.soup, link) == text]
        called = called or [link for link in links if text in name_of(self.soup, link)]
        targets = {attribute(link, "href") for link in called}
        if len(targets) != 1:
            there = sorted({name_of(self.soup, link) for link in links})
            raise AssertionError(f"{len(targets)} links called {text!r} on {self.url}; there are {there}")
        return targets.pop()

    def click(self, text: str) -> "Page":
        """Follow the link called ``text`` (or the one that has ``text`` in its name)."""
        return self.browser.get(urljoin(self.url, self.href(text)))

    def follow(self) -> "Page":
        """Go where a redirect leads; on any other answer this is an error."""
        assert 300 <= self.status < 400, f"{self!r} is no redirect"
        target = self.browser.get(urljoin(self.url, self.location))
        return target.follow() if 300 <= target.status < 400 else target

    def form(self, which: int | str | None = None) -> PageForm:
        """Return a form: the only one of the main part, the nth one there, or the one with a button called so."""
        main = self._main()
        inside = [PageForm(self.soup, tag) for tag in main.find_all("form")]
        if isinstance(which, int):
            return inside[which]
        if which is None:
            posting = [form for form in inside if form.method == "post"] or inside
            assert len(posting) == 1, (
                f"{len(posting)} forms on {self.url}: say which of {[f.buttons() for f in posting]}"
            )
            return posting[0]
        everywhere = [PageForm(self.soup, tag) for tag in self.soup.find_all("form")]
        for forms in (inside, everywhere):
            called = [form for form in forms if which in (form.label, *form.buttons())]
            assert len(called) < 2, f"{len(called)} forms called {which!r} on {self.url}: say which by number"
            if called:
                return called[0]
        raise AssertionError(f"no form called {which!r} on {self.url}: {[form.buttons() for form in everywhere]}")

    def submit(self, which: int | str | None = None, /, button: str | None = None, **fields: Any) -> "Page":
        """Fill in a form as a person would and send it.

        ``which`` is a form (see ``form``), ``button`` the text of the button if it has several. A field's value is a
        text, a bool for a tick box, a list for several choices, an open file or (stream, name) for an upload.
        """
        form = self.form(which)
        pressed = button or (which if isinstance(which, str) and which in form.buttons() else None)
        return self.browser.send(self.url, form.fill(pressed, fields))

    def _main(self) -> Tag:
        return self.soup.main or self.soup


class Browser:
    """Cookies and the way to the product; remembers nothing else."""

    def __init__(self, app: Flask, session: Session | None = None, *, base_url: str = "http://localhost") -> None:
        self.app = app
        self.client = app.test_client()
        self.base_url = base_url
        self.session = session

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Page:
        """Open a page."""
        return self._open("GET", url, headers=headers)

    def post(self, url: str, data: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> Page:
        """Send what no page offers: for tests of what the server refuses. Carries no form token by itself."""
        return self._open("POST", url, data=data or {}, headers=headers)

    def send(self, page_url: str, filled: Filled) -> Page:
        """Send a filled form from the page at ``page_url``."""
        url = urljoin(page_url, filled.action) if filled.action else page_url
        if filled.method == "get":
            return self._open("GET", url.partition("?")[0], query_string=filled.data)
        return self._open(
            "POST",
            url,
            data=filled.data,
            content_type=filled.content_type,
            headers={"Referer": self.base_url + page_url},
        )

    def sign_in(self, email: str, password: str, url: str = "/konto/anmelden") -> None:
        """Sign in through the page; the one after it is not opened, which is most of the time that it takes."""
        answer = self.get(url).submit(email=email, password=password)
        assert answer.status == 303, f"signing in as {email} failed: {answer.main}"

    def forget(self) -> None:
        """Throw all cookies away."""
        self.client = self.app.test_client()

    def _open(self, method: str, url: str, **more: Any) -> Page:
        self._let_go()
        parts = urlsplit(url)
        if parts.netloc and f"{parts.scheme}://{parts.netloc}" != self.base_url:
            raise AssertionError(f"{url} leads out of the product")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        response = self.client.open(path, method=method, base_url=self.base_url, **more)
        shown = path
        if "query_string" in more and response.request is not None:
            shown = response.request.full_path
        try:
            return Page(self, shown, response)
        finally:
            response.close()
            if response.request is not None:
                # A large upload lies in a temporary file, which the test client leaves open.
                response.request.environ["wsgi.input"].close()

    def _let_go(self) -> None:
        """End the test's own reading transaction: what it holds open would hide what the product writes."""
        session = self.session
        if session is None:
            return
        pending = session.new or session.dirty or session.deleted or session.info.get("flushed")
        assert not pending, "commit (work.finish() or session.commit()) before the browser looks"
        session.rollback()
