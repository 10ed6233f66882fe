"""Settings for tests: the site's own, with a folder of its own and quick password hashes."""

import os
import tempfile
from pathlib import Path

os.environ["NABIJ_ENV"] = "test"
if "NABIJ_TEST_VAR" not in os.environ:  # inside the folder that make test throws away, where there is one
    given = os.environ.get("NABIJ_VAR", "")
    os.environ["NABIJ_TEST_VAR"] = tempfile.mkdtemp(prefix="nabij-test-", dir=given if Path(given).is_dir() else None)
os.environ["NABIJ_VAR"] = os.environ["NABIJ_TEST_VAR"]

from desk.settings import *  # noqa: E402, F403

if "DATABASE_URL" not in os.environ:
    raise SystemExit("Tests need real servers. Run 'make test', or 'python -m desk.embedded exec --temp -- pytest'.")
