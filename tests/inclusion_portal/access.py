"""Who gets what at the addresses of the root."""

from tests.access import Row, public

ROWS: list[Row] = []
