"""The portal's settings with what tests need: no secrets, no network, loud N+1 queries."""

import os

for name in ("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "EMAIL_URL", "BEHIND_PROXY"):
    os.environ.pop(name, None)

from inclusion_portal.settings import *  # noqa: E402, F403
from inclusion_portal.settings import INSTALLED_APPS, MIDDLEWARE  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True  # nothing is collected before tests
ZEAL_ALLOWLIST = [
    {"model": "sessions.Session"},  # signing out looks twice
    {"model": "audit.ChainHead"},  # every event queues for the end of the trail, on purpose
]
