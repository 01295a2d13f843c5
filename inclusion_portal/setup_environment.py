"""Makes the folder .venv with what the portal runs on. Standard library only.

manage.py calls ``ensure()`` before Django is imported. It returns at once when
this interpreter has every package of the lock; otherwise it builds ``.venv``
and starts the same command again inside it.

Three files keep it honest: ``.venv/portal.json`` (written last, so its absence
means half-made), ``.setup/lock`` (two starts at once take turns) and
``.setup/pip.log`` (what pip said, for whoever has to look).
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
OLDEST_PIP_WITH_PYTHON_OPTION = (22, 3)


class SetupFailed(Exception):
    """Carries the sentence that a person reads."""


class Place:
    """The files of one set-up. Tests make one in a folder of their own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.stamp = self.venv / "portal.json"
        self.setup = root / ".setup"
        self.previous = self.setup / "previous"
        self.making = self.setup / "making"
        self.pip_log = self.setup / "pip.log"

    @property
    def python(self) -> Path:
        """The interpreter inside the environment."""
        if os.name == "nt":
            return self.venv / "Scripts" / "python.exe"
        return self.venv / "bin" / "python"


def requirements_of(command: str) -> list[str]:
    """Returns the locks that a command of manage.py needs."""
    browser_tests = command == "test" and os.environ.get("BROWSER_TESTS") == "required"
    return [RUNTIME, DEVELOPMENT] if command == "check_all" or browser_tests else [RUNTIME]


def ensure(names: Sequence[str]) -> None:
    """Return where this interpreter has all packages of the locks, else restart in .venv."""
    place = Place(ROOT)
    inside = Path(sys.prefix).resolve() == place.venv.resolve()
    if not inside and all(is_installed_here((ROOT / name).read_text()) for name in names):
        return
    try:
        if not is_ready(place, names):
            with one_at_a_time(place):
                if not is_ready(place, names):
                    make_ready(place, names)
    except SetupFailed as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit("\nThe set-up was interrupted. Start the same command again to finish it.")
    if not inside:
        restart_inside(place)


def pinned(lock: str) -> dict[str, str]:
    """Returns {name: version} of the lock's lines that hold on every machine."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+) *\\?$", lock, re.MULTILINE))


def is_installed_here(lock: str) -> bool:
    """True where this interpreter has exactly the versions of the lock."""
    pins = pinned(lock)
    django_first = sorted(pins, key=lambda name: name != "django")
    try:
        return all(importlib.metadata.version(name) == pins[name] for name in django_first)
    except importlib.metadata.PackageNotFoundError:
        return False


def fingerprint(place: Place, name: str) -> str:
    """Returns the hash of a lock file."""
    return hashlib.sha256((place.root / name).read_bytes()).hexdigest()


def read_stamp(place: Place) -> dict[str, str]:
    """Returns what the environment was made from; empty when it is not whole."""
    try:
        stamp = json.loads(place.stamp.read_text())
    except (OSError, ValueError):
        return {}
    # The interpreter behind the link may have gone, or been replaced by an upgrade.
    same_python = stamp.get("python") == os.path.realpath(place.python)
    return stamp if same_python and place.python.exists() else {}


def write_stamp(place: Place, names: Sequence[str]) -> None:
    """Says that the environment is whole. Replaces the file in one step."""
    stamp = {name: fingerprint(place, name) for name in names}
    stamp["python"] = os.path.realpath(place.python)
    draft = place.stamp.with_suffix(".new")
    draft.write_text(json.dumps(stamp, indent=1))
    draft.replace(place.stamp)


def is_ready(place: Place, names: Sequence[str]) -> bool:
    """True where the environment was made from these very locks."""
    stamp = read_stamp(place)
    return all(stamp.get(name) == fingerprint(place, name) for name in names)


@contextlib.contextmanager
def one_at_a_time(place: Place) -> Iterator[None]:
    """Holds the lock of the set-up; a second start waits and then finds all done."""
    place.setup.mkdir(exist_ok=True)
    with (place.setup / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)  # a pip left alone by a kill holds it to its end
        with contextlib.suppress(ImportError):  # Windows has no fcntl, and one start at a time
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another start is setting up; waiting for it.")
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_ready(place: Place, names: Sequence[str]) -> None:
    """Build the environment anew, or add to a whole one what only developers need."""
    put_back_after_interruption(place)
    wanted = list(names)
    if is_ready(place, [RUNTIME]):
        wanted = [name for name in names if not is_ready(place, [name])]
        say("Installing what developers need (once).")
        install(place, wanted)
        write_stamp(place, list(names))
        return
    if place.venv.exists() and not place.stamp.exists():
        raise SetupFailed(
            "The folder .venv beside manage.py was not made by it. Either install into it:\n"
            f"  {place.python} -m pip install --require-hashes -r requirements.txt\n"
            "and start manage.py with its python, or delete .venv and start again."
        )
    say("Setting up the portal in .venv (once, about a minute). Идёт установка.")
    place.making.touch()
    if place.venv.exists():
        place.venv.rename(place.previous)
    try:
        create_environment(place)
        install(place, wanted)
        write_stamp(place, wanted)
    except BaseException:
        put_back_after_interruption(place)
        raise
    shutil.rmtree(place.previous, ignore_errors=True)
    place.making.unlink()
    say("Ready. Готово.\n")


def put_back_after_interruption(place: Place) -> None:
    """Undo a build that did not end, so that the last whole environment stands again."""
    if not place.making.exists():
        return
    if not place.stamp.exists():
        shutil.rmtree(place.venv, ignore_errors=True)
        if place.previous.exists():
            place.previous.rename(place.venv)
    shutil.rmtree(place.previous, ignore_errors=True)
    place.making.unlink()


def create_environment(place: Place) -> None:
    """Make an empty environment, with pip where this Python can give it one."""
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    if not has_ensurepip and pip_of_the_system() is None:
        raise SetupFailed(no_pip_sentence())
    command = [base_python(), "-m", "venv", *([] if has_ensurepip else ["--without-pip"])]
    made = subprocess.run([*command, place.venv], capture_output=True, text=True, check=False)
    if made.returncode and has_ensurepip and pip_of_the_system():
        # Debian may keep the module but not the wheels behind it.
        shutil.rmtree(place.venv, ignore_errors=True)
        command.append("--without-pip")
        made = subprocess.run([*command, place.venv], capture_output=True, text=True, check=False)
    if made.returncode:
        last_words = (made.stdout + made.stderr).strip()[-600:]
        raise SetupFailed(f"The folder .venv could not be made:\n{last_words}\n{no_pip_sentence()}")


def base_python() -> str:
    """Returns the interpreter behind any environment this one runs in."""
    return getattr(sys, "_base_executable", None) or sys.executable


def pip_of_the_system() -> list[str] | None:
    """Returns the command of a pip that can install into another Python, or None."""
    candidates = [[base_python(), "-m", "pip"], ["pip3"], ["pip"]]
    for command in candidates:
        try:
            answer = subprocess.run(
                [*command, "--version"], capture_output=True, text=True, check=False
            ).stdout
        except OSError:
            continue
        version = re.match(r"pip (\d+)\.(\d+)", answer)
        if version and tuple(map(int, version.groups())) >= OLDEST_PIP_WITH_PYTHON_OPTION:
            return command
    return None


def no_pip_sentence() -> str:
    """Returns what to install where Python came without its installer."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return (
        "This Python came without its installer (pip). On Debian or Ubuntu:\n"
        f"  sudo apt-get install python{version}-venv\n"
        "(or python3-pip), then start the same command again.\n"
        f"Установите пакет python{version}-venv и запустите ту же команду снова."
    )


def install(place: Place, names: Sequence[str]) -> None:
    """Install the locks by hash, showing what comes in; raises SetupFailed with advice."""
    own_pip = Path(sysconfig.get_path("purelib", "venv", paths_of(place))) / "pip"
    if own_pip.exists():
        pip = [str(place.python), "-m", "pip"]
    elif system_pip := pip_of_the_system():
        pip = [*system_pip, "--python", str(place.python)]
    else:
        raise SetupFailed(no_pip_sentence())
    files = [argument for name in names for argument in ("-r", str(place.root / name))]
    # The locks are complete: without --no-deps pip would only work the same set out again.
    options = ["--require-hashes", "--no-deps", "--no-input", "--disable-pip-version-check"]
    total = len(set().union(*(pinned((place.root / name).read_text()) for name in names)))
    process = subprocess.Popen(
        [*pip, "install", *options, *files],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        close_fds=False,
        env={**os.environ, "PIP_USER": "0"},  # a person's own setting would aim beside .venv
    )
    try:
        said = show_progress(process, total)
    except BaseException:
        process.kill()
        process.wait()
        raise
    place.pip_log.write_text(said)
    if process.returncode:
        raise SetupFailed(download_failed_sentence(said))


def paths_of(place: Place) -> dict[str, str]:
    """Returns the variables that place the environment's folders."""
    return {"base": str(place.venv), "platbase": str(place.venv)}


def show_progress(process: "subprocess.Popen[str]", total: int) -> str:
    """Count the packages as pip names them; returns all that pip said."""
    assert process.stdout is not None
    said, count, live = [], 0, sys.stderr.isatty()
    for line in process.stdout:
        said.append(line)
        if named := re.match(r"Collecting ([A-Za-z0-9._-]+)", line):
            count = min(count + 1, total)
            step = f"  {count} of {total}  {named[1]}"
            if live:
                print(f"\r{step:<50}", end="", file=sys.stderr, flush=True)  # noqa: T201
            elif count % 10 == 0:
                say(step)
        elif line.startswith("Installing collected"):
            say(("\r" if live else "") + "  unpacking".ljust(50))
    process.wait()
    return "".join(said)


def download_failed_sentence(said: str) -> str:
    """Returns what went wrong and what to do, from the words of pip."""
    errors = [line.strip() for line in said.splitlines() if line.startswith("ERROR:")]
    reason = "\n".join(f"  {line}" for line in errors[-2:]) or "  (no reason given)"
    if "HASH" in said and "DO NOT MATCH" in said:
        advice = "A package is not the one in requirements.txt. Nothing was installed; tell us."
    elif "No space left" in said:
        advice = "The disk is full. Free about 500 MB and start the same command again."
    else:
        advice = (
            "The packages could not be downloaded. Check the connection (behind a proxy set\n"
            "HTTPS_PROXY, with a mirror set PIP_INDEX_URL) and start the same command again."
        )
    return (
        f"{advice}\n{reason}\nAll that pip said is in .setup/pip.log.\n"
        "Не удалось скачать пакеты. Проверьте связь и запустите ту же команду снова."
    )


def say(words: str) -> None:
    """Tell the person how far it is, apart from the output of the command."""
    print(words, file=sys.stderr, flush=True)  # noqa: T201


def restart_inside(place: Place) -> NoReturn:
    """Start the same command again in the environment; keeps its exit code."""
    command = [str(place.python), *sys.argv]
    if os.name == "nt":  # exec would give the prompt back before the command has ended
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)
