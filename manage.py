#!/usr/bin/env python
"""Django's command line. Commands that work without a given database start the embedded one."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
    from desk import embedded

    embedded.for_command(sys.argv)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))  # a bad or missing setting is one sentence, not a traceback


if __name__ == "__main__":
    main()
