"""Who may import whom, who may ask the clock, who may write: docs/decisions/0001 as a test."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

ROOT = Path(__file__).parent.parent

LEAVES = {"language", "audit", "documents"}
MAY_IMPORT = {
    "language": set(),
    "audit": set(),
    "documents": set(),
    "accounts": LEAVES,
    "municipalities": LEAVES | {"accounts"},
    "seminars": LEAVES | {"accounts", "municipalities"},
    "contest": LEAVES | {"accounts", "municipalities"},
}
MAY_IMPORT["inclusion_portal"] = set(MAY_IMPORT)

INSIDE_CONTEST = [
    {"refusals"},
    {"models"},
    {"permissions", "deadlines", "completeness", "scoring", "blind", "hints", "notices"},
    {"shapes", "reading"},
    {"workflow", "panel", "drafting", "setup", "seats", "freezing"},
    {"scorecard"},  # asks the panel what is assigned to whom
    {"standings"},
    {"decision"},
    {"forms", "exports", "workbook", "protocol"},
    {"views", "admin", "management", "templatetags"},
    {"urls"},
]
"""From what everybody may import to what nobody may; each step sees the steps before it."""

EDGES = {"views", "admin", "import_export", "management", "adapter", "middleware"}
EDGES |= {"home", "reports", "navigation", "health"}
"""Where people and the clock come in. Everybody else gets ``now=`` and ``by=``."""

WRITERS = {
    "Sheet": {"scorecard"},
    "Score": {"scorecard"},
    "SheetVersion": {"scorecard"},
    "Conflict": {"panel"},
    "ApplicationEvent": {"drafting", "workflow", "panel", "scorecard", "decision"},
    "FieldRevision": {"drafting"},
    "Award": {"decision"},
    "Decision": {"decision"},
    "TieBreak": {"decision"},
    "QuorumWaiver": {"decision"},
}
"""Which doors of the contest make rows of a model."""
IN_BULK = ROOT / "inclusion_portal" / "demo" / "scale.py"
"""Copies what the doors made, thousands of times, for measuring; in a marked demo alone."""

WRITING = {"create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "update"}
REFUSED_FOLDERS = {"common", "core", "utils", "services", "helpers"}
REFUSED_FILES = {"utils.py", "services.py", "helpers.py", "signals.py", "common.py"}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def sources(folder: str) -> list[Path]:
    """Return our Python files of a folder, without migrations."""
    found = sorted((ROOT / folder).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts]


def imports(path: Path) -> Iterator[str]:
    """Yield the whole name of everything that a file imports, wherever the line stands."""
    here = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = list(here[: len(here) - node.level]) if node.level else []
            module = ".".join([*package, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def module_of(path: Path) -> str:
    """Return the part of its app that a file is: ``views`` for contest/views/staff.py."""
    return path.relative_to(ROOT).with_suffix("").parts[1]


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_an_app_imports_only_what_stands_below_it(app: str) -> None:
    ours = set(MAY_IMPORT)
    wrong = [
        f"{place(path)} imports {name}"
        for path in sources(app)
        for name in imports(path)
        if (target := name.split(".")[0]) in ours and target not in MAY_IMPORT[app] | {app}
    ]
    assert not wrong


def test_inside_contest_arrows_point_one_way() -> None:
    step = {module: number for number, modules in enumerate(INSIDE_CONTEST) for module in modules}
    wrong = []
    for path in sources("contest"):
        own = module_of(path)
        if own in ("__init__", "apps"):
            continue
        if own not in step:
            wrong.append(f"{place(path)}: give it a step in INSIDE_CONTEST")
            continue
        for name in imports(path):
            parts = name.split(".")
            target = parts[1] if parts[0] == "contest" and len(parts) > 1 else own
            if target != own and step.get(target, 99) >= step[own]:
                wrong.append(f"{place(path)} imports {name}")
    assert not wrong


def test_scoring_runs_without_django() -> None:
    path = ROOT / "contest" / "scoring.py"
    outside = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names)
    assert not outside
    command = [sys.executable, "-I", "-S", str(path), "--help"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def calls(path: Path) -> Iterator[tuple[ast.Call, list[str]]]:
    """Yield each call with the dotted name it is made by, as far as it is plain."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            names, at = [], node.func
            while isinstance(at, ast.Attribute):
                names.insert(0, at.attr)
                at = at.value.func if isinstance(at.value, ast.Call) else at.value
            if isinstance(at, ast.Name):
                names.insert(0, at.id)
            yield node, names


def asks_the_clock(call: ast.Call, names: list[str]) -> bool:
    """Return whether a call reads the time of day or the date."""
    if names[-2:] in (["timezone", "now"], ["datetime", "now"], ["date", "today"]):
        return True
    if names[-2:] in (["datetime", "today"], ["datetime", "utcnow"], ["time", "time"]):
        return True
    return names[-2:] in (["timezone", "localdate"], ["timezone", "localtime"]) and not call.args


@pytest.mark.parametrize("app", [*MAY_IMPORT])
def test_only_edges_ask_the_clock(app: str) -> None:
    wrong = [
        f"{place(path)}:{call.lineno}"
        for path in sources(app)
        if module_of(path) not in EDGES
        for call, names in calls(path)
        if asks_the_clock(call, names)
    ]
    assert not wrong


def test_only_doors_make_what_they_guard() -> None:
    wrong = []
    for path in {*sources("contest"), *sources("inclusion_portal")} - {IN_BULK}:
        for call, names in calls(path):
            if len(names) < 3 or names[1] != "objects" or names[-1] not in WRITING:
                continue
            allowed = WRITERS.get(names[0])
            if allowed is not None and module_of(path) not in allowed:
                wrong.append(f"{place(path)}:{call.lineno} {names[0]}.objects.{names[-1]}")
    assert not wrong


def test_only_workflow_and_decision_move_an_application() -> None:
    wrong = []
    for path in [*sources("contest"), *sources("inclusion_portal"), *sources("seminars")]:
        if path.parent == ROOT / "contest" and path.stem in ("workflow", "decision"):
            continue
        for node in ast.walk(tree_of(path)):
            targets = node.targets if isinstance(node, ast.Assign) else []
            wrong += [
                f"{place(path)}:{node.lineno}"
                for target in targets
                if isinstance(target, ast.Attribute) and target.attr == "state"
            ]
        wrong += [
            f"{place(path)}:{call.lineno}"
            for call, names in calls(path)
            if names[-1:] == ["update"] and any(word.arg == "state" for word in call.keywords)
        ]
    assert not wrong


def names_behind_keys() -> set[str]:
    """Return the fields from which search and sort keys fill themselves in ``save()``."""
    return {
        source
        for model in apps.get_models()
        for field in model._meta.fields
        for source in getattr(field, "sources", ())
    }


def test_nobody_updates_a_name_past_its_search_key() -> None:
    behind = names_behind_keys()
    assert "name_ru" in behind
    wrong = []
    for app in MAY_IMPORT:
        for path in sources(app):
            for call, names in calls(path):
                written = {word.arg for word in call.keywords}
                if names[-1:] == ["bulk_update"]:
                    texts = (n for n in ast.walk(call) if isinstance(n, ast.Constant))
                    written = {text.value for text in texts}
                if names[-1:] in (["update"], ["bulk_update"]) and written & behind:
                    wrong.append(f"{place(path)}:{call.lineno} {written & behind}")
    assert not wrong


def test_no_folder_or_file_is_a_drawer_for_everything() -> None:
    found = [
        place(path)
        for app in MAY_IMPORT
        for path in (ROOT / app).rglob("*")
        if path.name in REFUSED_FILES or (path.is_dir() and path.name in REFUSED_FOLDERS)
    ]
    assert not found
    assert not [name for name in REFUSED_FOLDERS if (ROOT / name).exists()]


INLINE = {
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "an inline style": r"<style\b|\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "a javascript: address": r"javascript:",
    "a file of another site": r"<(?:script|link|img|iframe|source|video)\b[^>]*"
    r"(?:src|href)\s*=\s*[\"'](?:https?:)?//",
}


@pytest.mark.parametrize("fault", INLINE)
def test_templates_obey_the_content_security_policy(fault: str) -> None:
    templates = [*(ROOT / "templates").rglob("*.html"), *ROOT.glob("*/templates/**/*.html")]
    wrong = [
        f"{place(path)}: {match[0]}"
        for path in templates
        for match in re.finditer(INLINE[fault], path.read_text(encoding="utf-8"))
    ]
    assert templates
    assert not wrong


def test_stylesheets_fetch_nothing_from_elsewhere() -> None:
    sheets = [*(ROOT / "static").rglob("*.css"), *(ROOT / "static").rglob("*.js")]
    wrong = [
        place(path)
        for path in sheets
        if re.search(
            r"@import|url\(\s*[\"']?(?:https?:)?//|fetch\(\s*[\"']https?:", path.read_text()
        )
    ]
    assert not wrong


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
