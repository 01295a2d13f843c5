"""The contest in the admin: settings until they bind; doors behind everything else."""

from . import contests

__all__ = ["contests"]
