"""The contest in the admin: settings until they bind; doors behind everything else."""
