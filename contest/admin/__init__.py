"""The contest in the admin: settings until they bind; doors behind everything else."""

from . import applications, contests, sheets

__all__ = ["applications", "contests", "sheets"]
