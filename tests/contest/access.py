"""The access rows of the contest: one file for each reader of its pages."""

from importlib import import_module
from pathlib import Path

from tests.access import Row

_FILES = sorted(path.stem for path in Path(__file__).parent.glob("access_*.py"))

ROWS: list[Row] = [row for name in _FILES for row in import_module(f"tests.contest.{name}").ROWS]
