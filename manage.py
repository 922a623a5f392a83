#!/usr/bin/env python3
"""The door to every command. `start` also works with a bare Python: it prepares the virtual environment first."""

import os
import sys
from pathlib import Path

# `site` is a standard-library module frozen into the interpreter, so `site/` can never be a package:
# the folder itself goes on the path, and the project package inside it is `portal`.
sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))

from portal import bootstrap


def main() -> None:
    """Run the command named on the command line; exit with 2 when the settings cannot be read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    bootstrap.use_utf8_output()
    if sys.argv[1:2] == ["start"]:
        bootstrap.enter_environment(sys.argv)
    try:
        from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415  may be missing, see below
        from django.core.management import execute_from_command_line  # noqa: PLC0415
    except ImportError:
        bootstrap.stop("Chưa cài Django cho Python này. Hãy chạy: python3 manage.py start (hoặc: make setup)")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        bootstrap.stop(f"Thiết lập chưa đúng: {error}")


if __name__ == "__main__":
    main()
