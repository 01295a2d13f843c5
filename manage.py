#!/usr/bin/env python3
"""The portal's command line. It needs nothing but Python: what is missing it installs.

This page must be readable by any Python 3, so that an old one gets a sentence
and not a syntax error. The set-up itself is in inclusion_portal/setup_environment.py.
"""

import os
import sys

OLDEST, NEWEST = (3, 11), (3, 13)

HELP = """\
Inclusion portal: contest of inclusive municipal programmes.

  python3 manage.py demo         fill an example contest and open it on this computer
  python3 manage.py test         run every test (options go to pytest)
  python3 manage.py migrate      make or update the tables of the database
  python3 manage.py runserver    serve the portal for development
  python3 manage.py check_all    format, lint, types, imports, migrations, tests
  python3 manage.py lock         renew requirements*.txt (needs uv)
  python3 manage.py help         every command (sets up first)

The first start makes the folder .venv beside this file and installs
requirements.txt into it: about a minute, once, with a connection.

Первый запуск сам ставит всё нужное в папку .venv (около минуты, нужна связь).
"""


def refuse_unsupported_python() -> None:
    """Stop with a sentence where the portal could not run anyway."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.exit(
            "The portal needs Python 3.11, 3.12 or 3.13; this is Python %d.%d.\n"
            "Start it with another one, for example: python3.12 manage.py demo\n"
            "Нужен Python 3.11, 3.12 или 3.13, а это Python %d.%d." % (sys.version_info[:2] * 2)
        )


def main() -> None:
    """Set up if needed, then run a developer's command or one of Django's."""
    command = sys.argv[1] if len(sys.argv) > 1 else "--help"
    if command in ("--help", "-h"):
        print(HELP)
        return
    refuse_unsupported_python()
    from inclusion_portal import setup_environment

    setup_environment.ensure(setup_environment.requirements_of(command))
    from inclusion_portal import developer_commands

    if command in developer_commands.COMMANDS:
        sys.exit(developer_commands.COMMANDS[command](sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inclusion_portal.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.BASE_DIR  # noqa: B018 - reads the settings: a wrong one is told, not traced
    except ImproperlyConfigured as mistake:
        sys.exit(str(mistake))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
