"""The contest in the admin: settings until they bind; doors behind everything else."""

from . import contests, sheets

__all__ = ["contests", "sheets"]
