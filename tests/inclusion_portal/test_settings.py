"""Settings of an installation: hardened, and refusing to start with what makes no sense."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from inclusion_portal import environment
from inclusion_portal.setup_environment import ROOT

KEY = secrets.token_urlsafe(60)


def start(tmp_path: Path, *command: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an installation would; ``values`` are its environment."""
    own = ("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    own = (*own, "DJANGO_ALLOW_ASYNC_UNSAFE")  # tests in a browser set it
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    installation = {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "inclusion_portal.settings"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=inherited | installation | values,
        capture_output=True,
        text=True,
        check=False,
    )


WSGI = ("-c", "import inclusion_portal.wsgi")


def test_check_deploy_is_clean_under_production_settings(tmp_path: Path) -> None:
    checked = start(
        tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING",
        SECRET_KEY=KEY, ALLOWED_HOSTS="portal.example.kg",
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def test_a_web_server_does_not_start_a_developers_machine(tmp_path: Path) -> None:
    started = start(tmp_path, *WSGI)
    assert started.returncode != 0
    assert "Set SECRET_KEY" in started.stderr


def test_a_web_server_does_not_start_on_the_demo(tmp_path: Path) -> None:
    production = {"SECRET_KEY": KEY, "ALLOWED_HOSTS": "portal.example.kg"}
    assert start(tmp_path, *WSGI, **production).returncode == 0, "before there are tables"
    assert start(tmp_path, "manage.py", "migrate", "-v0").returncode == 0
    assert start(tmp_path, *WSGI, **production).returncode == 0, "with empty tables"
    mark = (
        "import django; django.setup()\n"
        "from django.utils import timezone\n"
        "from inclusion_portal.models import DemoMark\n"
        "DemoMark.objects.create(pk=1, made_at=timezone.now())"
    )
    assert start(tmp_path, "-c", mark).returncode == 0
    refused = start(tmp_path, *WSGI, **production)
    assert refused.returncode != 0
    assert "filled by manage.py demo" in refused.stderr
    checked = start(tmp_path, "manage.py", "check", "--database", "default", **production)
    assert "portal.E001" in checked.stderr


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be 50 or more characters"),
        ({"SECRET_KEY": KEY}, "ALLOWED_HOSTS must be the portal's name"),
        ({"SECRET_KEY": KEY, "DEBUG": "true"}, "DEBUG must be false where SECRET_KEY is set"),
        ({"DEBUG": "perhaps"}, "DEBUG must be true or false"),
        ({"DATABASE_URL": "mysql://a:b@c/d"}, "DATABASE_URL must be like postgres://"),
        ({"MAX_UPLOAD_MB": "much"}, "MAX_UPLOAD_MB must be a whole number, 1 or more"),
        ({"EMAIL_URL": "pigeon://"}, "EMAIL_URL must be like smtp+tls://"),
        ({"CSRF_TRUSTED_ORIGINS": "portal.kg"}, "CSRF_TRUSTED_ORIGINS must be addresses such as"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL must be one of DEBUG, INFO"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_sentence(
    tmp_path: Path, values: dict[str, str], sentence: str
) -> None:
    stopped = start(tmp_path, "manage.py", "check", **values)
    assert stopped.returncode == 1
    assert sentence in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert KEY not in stopped.stderr


def test_the_environment_is_read_as_people_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE", " Yes ")
    monkeypatch.setenv("TWO", "")
    monkeypatch.setenv("THREE", "a.kg, b.kg,")
    assert environment.flag("ONE", default=False) is True
    assert environment.flag("TWO", default=True) is True
    assert environment.number("TWO", default=7) == 7
    assert environment.words("THREE", default=[]) == ["a.kg", "b.kg"]
    url = environment.database("FOUR", "postgres://u:p%40ss@db.example:5433/portal")
    assert (url["PASSWORD"], url["PORT"], url["NAME"]) == ("p@ss", 5433, "portal")


@pytest.mark.parametrize("value", ["-1", "1.5", "٣", "1e3"])
def test_numbers_are_plain_whole_numbers(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NUMBER", value)
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        environment.number("NUMBER", default=1)
