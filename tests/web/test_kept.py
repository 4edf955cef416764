"""What templates write again and again is made once: the addresses of pages, and icons."""

from __future__ import annotations

import pytest
from flask import Flask, url_for

from coordination.web import templating
from coordination.web.templating import address_of, icon


def test_an_address_is_the_one_that_flask_builds_each_time_it_is_asked_for(app: Flask) -> None:
    with app.test_request_context():
        for _ in range(2):
            assert address_of("meetings.meeting", meeting_id=7) == url_for("meetings.meeting", meeting_id=7)
            assert address_of("meetings.index", gremium=1) == "/termine?gremium=1"
            # Equal values of other types are other addresses.
            assert address_of("meetings.index", gremium=True) == "/termine?gremium=True"
            assert address_of("meetings.index", gremium=1.0) == "/termine?gremium=1.0"
            assert address_of("meetings.index", gremium=[1, 2]) == "/termine?gremium=1&gremium=2"


def test_an_address_follows_where_the_product_is_mounted_and_the_page_shown(app: Flask) -> None:
    with app.test_request_context("/termine"):
        assert address_of("meetings.index") == "/termine"
    with app.test_request_context("/termine", environ_overrides={"SCRIPT_NAME": "/stadt"}):
        assert address_of("meetings.index") == "/stadt/termine"
        assert address_of(".index") == "/stadt/termine"
        assert address_of("meetings.index", _anchor="a") == "/stadt/termine#a"


def test_addresses_are_kept_up_to_a_number(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templating, "MOST_ADDRESSES", 3)
    with app.test_request_context():
        for key in range(1, 10):
            assert address_of("meetings.meeting", meeting_id=key) == f"/sitzungen/{key}"
    assert len(app.extensions["koordination.addresses"]) <= 3


def test_an_icon_is_decoration_unless_it_has_a_label(app: Flask) -> None:
    with app.test_request_context():
        assert 'aria-hidden="true"' in icon("phone")
        assert 'role="img" aria-label="5 &lt; 6 &#34;ja&#34;"' in icon("phone", label='5 < 6 "ja"')
        assert icon("phone") == icon("phone") != icon("mail")
        assert "#phone" in icon("phone")
