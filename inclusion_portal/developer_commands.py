"""Commands of manage.py that run other programs: tests, all checks, the locks.

They start before Django, because pytest and mypy set Django up themselves.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from inclusion_portal.setup_environment import ROOT

PYTHON_FOLDERS = [
    "manage.py",
    "inclusion_portal",
    "language",
    "audit",
    "documents",
    "accounts",
    "municipalities",
    "seminars",
    "contest",
    "tests",
]
MODULE = [sys.executable, "-m"]


def test(arguments: Sequence[str]) -> int:
    """Run pytest on all cores, unless the arguments choose; returns its exit code."""
    return subprocess.call([*MODULE, "pytest", *with_all_cores(arguments)], cwd=ROOT)


def with_all_cores(arguments: Sequence[str]) -> list[str]:
    """Returns the arguments of pytest, spread over the cores unless they say how to run."""
    chosen = ("-n", "-p", "--numprocesses", "--pdb", "--trace", "--collect-only", "--co", "-s")
    if any(argument.startswith(chosen) for argument in arguments):
        return list(arguments)
    return ["-n", "auto", *arguments]


def checks() -> dict[str, list[str]]:
    """Returns every check but the tests, by name, quickest first."""
    django = [sys.executable, "manage.py"]
    return {
        "format": [*MODULE, "ruff", "format", "--check", "."],
        "lint": [*MODULE, "ruff", "check", "."],
        "templates": [*MODULE, "djlint", "templates", "--lint", "--quiet"],
        "migrations": [*django, "makemigrations", "--check", "--dry-run"],
        "messages": [*django, "messages", "--check"],
        "imports": [*MODULE, "pytest", "-q", "tests/test_architecture.py"],
        "types": [*MODULE, "mypy", *typed_folders()],
    }


def typed_folders() -> list[str]:
    """Returns what mypy reads: everything of ours but the tests."""
    return [name for name in PYTHON_FOLDERS if name != "tests" and (ROOT / name).exists()]


def check_all(arguments: Sequence[str]) -> int:
    """Run every check and the tests, go on after a failure; returns 1 if any failed.

    ``--no-tests`` leaves the tests out, for whoever has just run them.
    """
    commands = checks()
    if "--no-tests" not in arguments:
        del commands["imports"]  # it is one of the tests
        commands["tests"] = [*MODULE, "pytest", *with_all_cores(list(arguments))]
    failed = [name for name, command in commands.items() if not passes(name, command)]
    say(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


def passes(name: str, command: Sequence[str]) -> bool:
    """Run one check under a heading; returns whether it passed."""
    say(f"\n== {name}: {' '.join(command[1:])}")
    began = time.monotonic()
    passed = subprocess.call(command, cwd=ROOT) == 0
    say(f"== {name} {'passed' if passed else 'FAILED'} in {time.monotonic() - began:.1f} s")
    return passed


def lock(arguments: Sequence[str]) -> int:
    """Renew the locks from requirements*.in with uv; ``--upgrade`` takes newer versions."""
    uv = shutil.which("uv")
    if uv is None:
        say("Renewing the locks needs uv (pip install uv). Nothing was changed.")
        return 1
    options = ["--universal", "--generate-hashes", "--no-header", "--python-version", "3.11"]
    for source in sorted(ROOT.glob("requirements*.in"), key=lambda path: len(path.name)):
        target = source.with_suffix(".txt").name
        command = [uv, "pip", "compile", *options, *arguments, source.name, "-o", target]
        if code := subprocess.call(command, cwd=ROOT, stdout=subprocess.DEVNULL):
            return code
        say(f"{target} renewed")
    return 0


def say(words: str) -> None:
    """Print between the output of the programs, in the right order."""
    print(words, flush=True)  # noqa: T201


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "test": test,
    "check_all": check_all,
    "lock": lock,
}
os.environ.setdefault("PYTHONUNBUFFERED", "1")
