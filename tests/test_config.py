"""Settings: every bad variable is named at once, never with its value."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import ConfigError, Settings

KEY = "k" * 32
GOOD = {"KOORDINATION_SECRET_KEY": KEY}
#: Variable → values that are refused. Each is recognisable, so that it would be found in a message.
BAD = {
    "KOORDINATION_SECRET_KEY": ("zu-kurz-4711", ""),
    "KOORDINATION_OLD_SECRET_KEYS": (f"{KEY},zu-kurz-4711",),
    "DATABASE_URL": ("mysql://admin:geheim4711@db/x", "keine-adresse-4711", ""),
    "KOORDINATION_BASE_URL": ("ftp://wirt4711.example", "https://wirt4711.example/pfad", "wirt4711.example", ""),
    "KOORDINATION_CITY": ("",),
    "KOORDINATION_MUNICIPALITY": ("4711", "0571100x", "057110004711"),
    "KOORDINATION_PROXY_HOPS": ("4711", "-1", "zwei", "1.5", "²", ""),
    "KOORDINATION_SMTP_PORT": ("0", "65536", "smtp4711", ""),
    "KOORDINATION_SMTP_TLS": ("ssl4711", ""),
    "KOORDINATION_MAIL_FROM": ("niemand4711", "a@b,c@4711", "x y@4711", ""),
    "KOORDINATION_MAIL_FROM_NAME": ("Zwei\r\nBcc: x4711", "", "  "),
    "KOORDINATION_CONTACT_EMAIL": ("niemand4711", ""),
    "KOORDINATION_TILES_URL": (
        "https://kacheln4711.example/{z}/{x}",
        "ftp://k4711.example/{z}/{x}/{y}",
        "k4711/{z}{x}{y}",
    ),
    "KOORDINATION_LOG_LEVEL": ("LAUT4711", "info", ""),
    "KOORDINATION_DEMO": ("vielleicht4711", "true", ""),
}


def refused(env: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as error:
        Settings.from_env(env)
    return str(error.value).splitlines()


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_variable_is_named_and_its_value_is_not(name: str, value: str) -> None:
    lines = refused(GOOD | {name: value})
    assert [line.split(":")[0] for line in lines] == [name]
    if len(value) > 3:
        assert value not in lines[0]
    assert "geheim4711" not in lines[0]


def test_all_bad_variables_are_named_at_once_in_one_line_each() -> None:
    lines = refused({name: values[0] for name, values in BAD.items()})
    assert sorted(line.split(":")[0] for line in lines) == sorted(BAD)
    assert "4711" not in "\n".join(lines)


def test_a_street_map_is_somebody_s_and_says_whose() -> None:
    tiles = {"KOORDINATION_TILES_URL": "https://kacheln.example.org/{z}/{y}/{x}.png"}
    assert refused(GOOD | tiles) == ["KOORDINATION_TILES_CREDIT: whose map it is"]
    settings = Settings.from_env(GOOD | tiles | {"KOORDINATION_TILES_CREDIT": "© Amt für Karten"})
    assert (settings.tiles_url, settings.tiles_credit) == (*tiles.values(), "© Amt für Karten")


def test_without_a_secret_key_nothing_starts() -> None:
    assert refused({})[0].startswith("KOORDINATION_SECRET_KEY: ")


def test_one_variable_is_enough_and_the_rest_has_defaults() -> None:
    assert Settings.from_env(GOOD) == Settings(
        secret_key=KEY,
        database_url=f"sqlite:///{Path('instance/koordination.db').resolve()}",
        instance_path=Path("instance"),
        base_url="http://127.0.0.1:8000",
        city_name="Bielefeld",
        municipality="05711000",
        proxy_hops=0,
        smtp_host="",
        smtp_port=587,
        smtp_tls="starttls",
        is_demo=False,
        testing=False,
    )


def test_what_is_set_is_what_holds() -> None:
    settings = Settings.from_env(
        GOOD
        | {
            "KOORDINATION_OLD_SECRET_KEYS": f" {'a' * 32} , {'b' * 40},",
            "DATABASE_URL": "postgresql+psycopg://k@db/koordination",
            "KOORDINATION_INSTANCE": "/srv/koordination",
            "KOORDINATION_BASE_URL": "https://koordination.example/",
            "KOORDINATION_PROXY_HOPS": "1",
            "KOORDINATION_SMTP_PASSWORD": "geheim",
            "KOORDINATION_INTRANET_DOMAINS": "stadt.local, schule.local",
            "KOORDINATION_DEMO": "yes",
        }
    )
    assert settings.old_secret_keys == ("a" * 32, "b" * 40)
    assert settings.database_url == "postgresql+psycopg://k@db/koordination"
    assert settings.instance_path == Path("/srv/koordination")
    assert settings.base_url == "https://koordination.example"
    assert settings.proxy_hops == 1
    assert settings.smtp_password == "geheim"
    assert settings.intranet_domains == ("stadt.local", "schule.local")
    assert settings.is_demo


@pytest.mark.parametrize(
    ("address", "https"), [("https://koordination.example", True), ("http://127.0.0.1:8000", False)]
)
def test_https_is_read_from_the_address(address: str, https: bool) -> None:
    assert Settings.from_env(GOOD | {"KOORDINATION_BASE_URL": address}).is_https is https


def test_each_secret_has_its_own_mail_key_newest_first() -> None:
    one = Settings(secret_key="a" * 32, old_secret_keys=("b" * 32,), database_url="sqlite://")
    other = Settings(secret_key="b" * 32, database_url="sqlite://")
    assert len(set(one.fernet_keys)) == 2
    assert one.fernet_keys[1:] == other.fernet_keys
    assert ("a" * 32).encode() not in one.fernet_keys


def test_a_printed_setting_shows_no_secret() -> None:
    settings = Settings(
        secret_key="a" * 32,
        old_secret_keys=("b" * 32,),
        database_url="postgresql+psycopg://k:geheim@db/x",
        smtp_password="passwort-4711",
    )
    for secret in ("a" * 32, "b" * 32, "geheim", "passwort-4711"):
        assert secret not in repr(settings)
