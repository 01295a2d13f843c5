"""The door for a web server. It opens only for an installation that is set up as one."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inclusion_portal.settings")

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

if not settings.PRODUCTION:
    raise ImproperlyConfigured(
        "Set SECRET_KEY (50 or more characters, chosen by chance) before a web server starts "
        "the portal. To look at it on your own computer: python3 manage.py demo"
    )
application = get_wsgi_application()

from .checks import refuse_demo_in_production  # noqa: E402 - needs the apps

refuse_demo_in_production()
