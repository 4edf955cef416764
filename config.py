"""Settings: read once from the environment, every bad variable named at once, never a value."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


class ConfigError(Exception):
    """One line for each bad variable."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation decides. Variables and defaults are described in docs/operations.md."""

    secret_key: str = field(repr=False)
    #: Retired keys: links signed with them go on working.
    old_secret_keys: tuple[str, ...] = field(default=(), repr=False)
    database_url: str = field(repr=False)
    instance_path: Path = Path("instance")
    base_url: str = "http://127.0.0.1:8000"
    city_name: str = "Bielefeld"
    municipality: str = "05711000"
    proxy_hops: int = 0
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_tls: str = "starttls"
    mail_from: str = "koordination@example.org"
    mail_from_name: str = "Koordination"
    #: Domains of addresses that a reserved or internal name would otherwise rule out ("stadt.local").
    intranet_domains: tuple[str, ...] = ()
    contact_email: str = "koordination@example.org"
    #: Address of the pictures of a street map, with {z}, {x} and {y}; "": the map is drawn without one.
    tiles_url: str = ""
    #: Whose street map it is, as its licence wants it said.
    tiles_credit: str = ""
    log_level: str = "INFO"
    is_demo: bool = False
    testing: bool = False

    @property
    def is_https(self) -> bool:
        """Return whether people reach the product over https."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def fernet_keys(self) -> tuple[bytes, ...]:
        """Return the keys that mails rest encrypted with, newest first."""
        return tuple(
            base64.urlsafe_b64encode(hashlib.sha256(b"outbox:" + key.encode()).digest())
            for key in (self.secret_key, *self.old_secret_keys)
        )

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Build settings from ``DATABASE_URL`` and ``KOORDINATION_*``.

        Raises:
            ConfigError: one line for each bad variable, never its value.
        """
        reader = _Reader(env)
        settings = cls(
            secret_key=reader.text(
                "KOORDINATION_SECRET_KEY",
                "",
                _is_long,
                "at least 32 characters; make run has it in instance/secret",
            ),
            old_secret_keys=reader.texts("KOORDINATION_OLD_SECRET_KEYS", _is_long, "at least 32 characters each"),
            database_url=reader.text("DATABASE_URL", _own_database(env), _is_database, _DATABASES),
            instance_path=Path(env.get("KOORDINATION_INSTANCE", "instance")),
            base_url=reader.text(
                "KOORDINATION_BASE_URL", cls.base_url, _is_web, "an http(s) address without a path"
            ).rstrip("/"),
            city_name=reader.text("KOORDINATION_CITY", cls.city_name, bool, "the name of the city"),
            municipality=reader.text("KOORDINATION_MUNICIPALITY", cls.municipality, _is_key, "the 8 digits of the AGS"),
            proxy_hops=reader.number("KOORDINATION_PROXY_HOPS", cls.proxy_hops, 0, 5),
            smtp_host=env.get("KOORDINATION_SMTP_HOST", ""),
            smtp_port=reader.number("KOORDINATION_SMTP_PORT", cls.smtp_port, 1, 65535),
            smtp_user=env.get("KOORDINATION_SMTP_USER", ""),
            smtp_password=env.get("KOORDINATION_SMTP_PASSWORD", ""),
            smtp_tls=reader.text("KOORDINATION_SMTP_TLS", cls.smtp_tls, _is_tls, "starttls, tls or none"),
            mail_from=reader.text("KOORDINATION_MAIL_FROM", cls.mail_from, _is_mail, "an e-mail address"),
            mail_from_name=reader.text("KOORDINATION_MAIL_FROM_NAME", cls.mail_from_name, _is_line, "one line of text"),
            intranet_domains=reader.texts("KOORDINATION_INTRANET_DOMAINS", bool, "domains, separated by commas"),
            contact_email=reader.text("KOORDINATION_CONTACT_EMAIL", cls.contact_email, _is_mail, "an e-mail address"),
            tiles_url=reader.text("KOORDINATION_TILES_URL", cls.tiles_url, _is_tiles, "https://… with {z}, {x}, {y}"),
            tiles_credit=reader.text("KOORDINATION_TILES_CREDIT", cls.tiles_credit, _credits(env), "whose map it is"),
            log_level=reader.text("KOORDINATION_LOG_LEVEL", cls.log_level, _is_level, "DEBUG, INFO, WARNING or ERROR"),
            is_demo=reader.text("KOORDINATION_DEMO", "no", _is_yes_no, "yes or no") == "yes",
        )
        if reader.problems:
            raise ConfigError("\n".join(reader.problems))
        return settings


def _own_database(env: Mapping[str, str]) -> str:
    """Return the address of the SQLite file of an installation that names no database: the same for every entry."""
    return f"sqlite:///{(Path(env.get('KOORDINATION_INSTANCE', 'instance')) / 'koordination.db').resolve()}"


_DATABASES = "sqlite:///… or postgresql+psycopg://…"


class _Reader:
    """Reads variables and gathers what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[str] = []

    def text(self, name: str, default: str, is_good: Callable[[str], bool], wanted: str) -> str:
        value = self.env.get(name, default)
        if not is_good(value):
            self.problems.append(f"{name}: {wanted}")
        return value

    def texts(self, name: str, is_good: Callable[[str], bool], wanted: str) -> tuple[str, ...]:
        values = tuple(part.strip() for part in self.env.get(name, "").split(",") if part.strip())
        if not all(is_good(value) for value in values):
            self.problems.append(f"{name}: {wanted}")
        return values

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.env.get(name, str(default))
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            self.problems.append(f"{name}: a whole number from {low} to {high}")
            return default
        return int(value)


def _is_long(value: str) -> bool:
    return len(value) >= 32


def _is_database(value: str) -> bool:
    try:
        return make_url(value).drivername in {"sqlite", "postgresql+psycopg"}
    except ArgumentError:
        return False


def _is_web(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.path in {"", "/"}


def _is_tiles(value: str) -> bool:
    parts = urlsplit(value)
    is_web = parts.scheme in {"http", "https"} and re.fullmatch(r"[a-z0-9.:-]+", parts.netloc) is not None
    return not value or (is_web and sorted(re.findall(r"{.*?}", value)) == ["{x}", "{y}", "{z}"])


def _credits(env: Mapping[str, str]) -> Callable[[str], bool]:
    """Return whether a text will do as the credit of the street map: any, if there is no map."""
    url = env.get("KOORDINATION_TILES_URL", "")
    return lambda value: bool(value.strip()) or not url or not _is_tiles(url)


def _is_key(value: str) -> bool:
    return re.fullmatch(r"\d{8}", value) is not None


def _is_tls(value: str) -> bool:
    return value in {"starttls", "tls", "none"}


def _is_mail(value: str) -> bool:
    return re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", value) is not None


def _is_line(value: str) -> bool:
    return bool(value.strip()) and not re.search(r"[\r\n]", value)


def _is_level(value: str) -> bool:
    return value in {"DEBUG", "INFO", "WARNING", "ERROR"}


def _is_yes_no(value: str) -> bool:
    return value in {"yes", "no"}
