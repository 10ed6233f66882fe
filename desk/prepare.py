"""Everything between the servers and the first page: settings, tables, static files, demo.

Run by the supervisor before its children. Says one sentence and returns 1 when a step is impossible.
"""

import hashlib
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured

from desk import translations

# Nothing that reads the settings may be imported up here: a bad one has to end in a sentence.

LOGINS = "demo-logins.txt"


class Impossible(Exception):
    """A step cannot be done; the message is one sentence for the person at the keyboard."""


def read_settings() -> None:
    """Load Django, so that a bad or missing setting is found first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise Impossible(" ".join(str(error).split())) from None


def reach_database() -> None:
    """Connect once with each role."""
    from django.db import connections
    from django.db.utils import OperationalError

    for alias, variable in (("default", "DATABASE_URL"), ("owner", "MIGRATION_DATABASE_URL")):
        try:
            connections[alias].ensure_connection()
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            raise Impossible(f"No database answers at {variable}: {reason}.") from None


def refuse_the_owners_role() -> None:
    """In production the site may not run as the role that owns its tables: it could then empty the audit."""
    from django.conf import settings

    from desk.checks import the_site_owns_nothing

    for error in the_site_owns_nothing(None, databases=["default"]) if settings.PRODUCTION else []:
        raise Impossible(f"{error.msg} {error.hint}")


def compile_translations() -> None:
    """Merge and compile the Dutch."""
    translations.bring_up_to_date(translations.REPOSITORY / "locale")


def bring_tables_up_to_date() -> None:
    """Migrate as the owner, when there is anything to migrate."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", database="owner", verbosity=0)


def collect_static_files() -> None:
    """Collect when a file differs from the last time in name, size or date."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            seen.update(f"{path} {facts.st_size} {facts.st_mtime_ns}".encode())
    stamp = Path(settings.STATIC_ROOT) / "collected"
    if not stamp.exists() or stamp.read_text() != seen.hexdigest():
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(seen.hexdigest())


def load_demo() -> None:
    """Load the demo where it is wanted, and write down who can log in; the command knows what is there already."""
    from django.conf import settings
    from django.core.management import call_command

    logins = Path(settings.VAR) / LOGINS
    logins.unlink(missing_ok=True)
    if settings.DEMO:
        call_command("seed_demo")
        with logins.open("w") as file:
            call_command("seed_demo", "--logins", stdout=file)


def write_snapshot() -> None:
    """Give the public pages their units, hours and numbers before the first tick."""
    from django.utils import timezone

    from desk import snapshot

    snapshot.write(timezone.now())


STEPS: dict[str, Callable[[], None]] = {
    "Reading the settings": read_settings,
    "Reaching the database": reach_database,
    "Checking the site's role": refuse_the_owners_role,
    "Compiling the translations": compile_translations,
    "Bringing the tables up to date": bring_tables_up_to_date,
    "Collecting the static files": collect_static_files,
    "Loading the demo": load_demo,
    "Writing what the public pages read": write_snapshot,
}


def main(log: Path) -> int:
    """Take the steps in order; the story of an unexpected failure goes to the log, its sentence to the terminal."""
    for name, step in STEPS.items():
        try:
            step()
        except (Impossible, translations.TranslationError) as error:
            print(error, file=sys.stderr)
            return 1
        except Exception as error:
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(traceback.format_exc())
            reason = str(error).strip().splitlines() or [type(error).__name__]
            print(f"{name} failed: {reason[0]} (details in {log})", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
