"""Who gets what at the addresses of the root."""

from tests.access import Row, public

ROWS: list[Row] = [
    public("healthz"),
    public("readyz"),
    public("set_language", 302),
    public("set_language", 302, "POST", data={"language": "ky", "next": "/healthz"}),
]
