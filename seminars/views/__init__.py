"""Pages of seminars, one module a part."""
