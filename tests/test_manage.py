"""The set-up by manage.py: with the standard library alone, whole or not at all."""

import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from inclusion_portal import developer_commands
from inclusion_portal import setup_environment as setup

LOCK = """\
django==5.2.19 \\
    --hash=sha256:00
    # via -r requirements.in
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:00
Under_Score==1.0
"""


def test_only_what_every_machine_needs_is_looked_for() -> None:
    assert setup.pinned(LOCK) == {"django": "5.2.19", "Under_Score": "1.0"}


def test_the_lock_of_this_project_is_installed_where_tests_run() -> None:
    lock = (setup.ROOT / setup.RUNTIME).read_text()
    assert len(setup.pinned(lock)) > 20
    assert setup.is_installed_here(lock)
    assert not setup.is_installed_here(lock.replace("django==5", "django==4"))
    assert not setup.is_installed_here("no-such-package-at-all==1.0\n")


def test_only_checks_and_required_browser_tests_need_the_developers_lock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("BROWSER_TESTS", raising=False)
    assert setup.requirements_of("demo") == setup.requirements_of("test") == ["requirements.txt"]
    assert setup.requirements_of("check_all") == ["requirements.txt", "requirements-dev.txt"]
    monkeypatch.setenv("BROWSER_TESTS", "required")
    assert setup.requirements_of("test") == ["requirements.txt", "requirements-dev.txt"]


@pytest.mark.parametrize(
    ("arguments", "run"),
    [
        ([], ["-n", "auto"]),
        (["tests/contest", "-x"], ["-n", "auto", "tests/contest", "-x"]),
        (["-n", "1"], ["-n", "1"]),
        (["-n0"], ["-n0"]),
        (["-p", "no:xdist"], ["-p", "no:xdist"]),
        (["--pdb"], ["--pdb"]),
    ],
)
def test_tests_run_on_all_cores_unless_told_otherwise(arguments: list[str], run: list[str]) -> None:
    assert developer_commands.with_all_cores(arguments) == run


def test_an_environment_is_whole_only_with_its_stamp(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    assert not setup.is_ready(place, [setup.RUNTIME])
    setup.write_stamp(place, [setup.RUNTIME])
    assert setup.is_ready(place, [setup.RUNTIME])
    (tmp_path / "requirements.txt").write_text("# changed\n")
    assert not setup.is_ready(place, [setup.RUNTIME])


def test_an_environment_of_another_python_is_not_taken(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    setup.write_stamp(place, [setup.RUNTIME])
    place.python.unlink()
    place.python.symlink_to("/usr/bin/env")
    assert not setup.is_ready(place, [setup.RUNTIME])
    place.python.unlink()
    place.python.symlink_to("/no/such/python")
    assert not setup.is_ready(place, [setup.RUNTIME])


def test_an_interrupted_build_gives_the_last_whole_environment_back(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    setup.write_stamp(place, [setup.RUNTIME])
    place.setup.mkdir()
    place.making.touch()
    place.venv.rename(place.previous)
    (place.venv / "half").mkdir(parents=True)
    setup.put_back_after_interruption(place)
    assert setup.is_ready(place, [setup.RUNTIME])
    assert not (place.venv / "half").exists()
    assert list(place.setup.iterdir()) == []


def test_a_folder_that_somebody_else_made_is_left_alone(tmp_path: Path) -> None:
    place = make_place(tmp_path)
    place.setup.mkdir()
    with pytest.raises(setup.SetupFailed, match="was not made by it"):
        setup.make_ready(place, [setup.RUNTIME])
    assert place.python.is_symlink()


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("ERROR: No matching distribution found for django", "Check the connection"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE FILE", "not the one"),
        ("ERROR: [Errno 28] No space left on device", "The disk is full"),
    ],
)
def test_a_failed_download_says_what_to_do(said: str, advice: str) -> None:
    assert advice in setup.download_failed_sentence(said)


def make_place(root: Path) -> setup.Place:
    """Return a project folder with an environment that only looks like one."""
    place = setup.Place(root)
    (root / "requirements.txt").write_text(LOCK)
    place.python.parent.mkdir(parents=True)
    place.python.symlink_to(setup.base_python())
    return place


# --- the real thing, on a small project of its own, without a network


def make_wheel(folder: Path, version: str) -> str:
    """Make a package that stands for pytest in the small project; return its line of the lock."""
    name = folder / f"pytest-{version}-py3-none-any.whl"
    info = f"pytest-{version}.dist-info"
    with zipfile.ZipFile(name, "w") as wheel:
        wheel.writestr("pytest.py", f"import sys; print('ran {version}', sys.argv[1:])")
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: pytest\nVersion: {version}"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any"
        )
        wheel.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(name.read_bytes()).hexdigest()
    return f"pytest=={version} \\\n    --hash=sha256:{digest}\n"


class Project:
    """A clone that needs one package, and the folder from which pip may take it."""

    def __init__(self, root: Path) -> None:
        self.root, self.shelf = root / "clone", root / "shelf"
        (self.root / "inclusion_portal").mkdir(parents=True)
        self.shelf.mkdir()
        for name in ("manage.py", "inclusion_portal/__init__.py",
                     "inclusion_portal/setup_environment.py",
                     "inclusion_portal/developer_commands.py"):  # fmt: skip
            shutil.copy(setup.ROOT / name, self.root / name)

    def require(self, line: str) -> None:
        (self.root / "requirements.txt").write_text(line)

    def start(self, *arguments: str, index: str = "") -> subprocess.CompletedProcess[str]:
        """Run manage.py of the clone with a plain Python and an empty home."""
        pip = {"PIP_INDEX_URL": index} if index else {"PIP_NO_INDEX": "1"}
        clean = {"HOME": str(self.root.parent), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        pip |= {
            "PIP_FIND_LINKS": str(self.shelf),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_RETRIES": "0",
        }
        return subprocess.run(
            [setup.base_python(), "manage.py", *arguments],
            cwd=self.root, env=clean | pip, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_the_set_up_runs_once_and_follows_the_lock(project: Project) -> None:
    project.require(make_wheel(project.shelf, "1.0"))
    first = project.start("test", "-n0", "one")
    assert (first.returncode, first.stdout) == (0, "ran 1.0 ['-n0', 'one']\n"), first.stderr
    assert "Setting up" in first.stderr
    second = project.start("test", "-n0")
    assert (second.stdout, second.stderr) == ("ran 1.0 ['-n0']\n", "")
    kept = (project.root / "requirements.txt").read_text()

    project.require(kept.replace("1.0", "3.0"))
    refused = project.start("test", "-n0")
    assert refused.returncode == 1
    assert "Check the connection" in refused.stderr
    project.require(kept)
    assert project.start("test", "-n0").stdout == "ran 1.0 ['-n0']\n", "the old one must stand"

    project.require(make_wheel(project.shelf, "2.0"))
    assert project.start("test", "-n0").stdout == "ran 2.0 ['-n0']\n"


def test_without_a_network_nothing_is_left_half_made(project: Project) -> None:
    project.require(make_wheel(project.shelf, "1.0").replace("1.0", "9.0"))
    refused = project.start("test", index="http://127.0.0.1:9/simple")
    assert refused.returncode == 1
    assert "could not be downloaded" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (project.root / ".venv").exists()
    assert sorted(os.listdir(project.root / ".setup")) == ["lock", "pip.log"]


def test_help_needs_no_set_up(project: Project) -> None:
    for arguments in (["--help"], []):
        shown = project.start(*arguments)
        assert (shown.returncode, shown.stderr) == (0, "")
        assert "manage.py demo" in shown.stdout
    assert not (project.root / ".setup").exists()
