"""Settings for tests: the site's own, with a folder of its own and quick password hashes."""

import os
import tempfile
from pathlib import Path

os.environ["NABIJ_ENV"] = "test"
if "NABIJ_TEST_VAR" not in os.environ:  # inside the folder that make test throws away, where there is one
    os.environ["NABIJ_TEST_VAR"] = tempfile.mkdtemp(prefix="nabij-test-", dir=os.environ.get("NABIJ_VAR") or None)
folder = Path(os.environ["NABIJ_TEST_VAR"], os.environ.get("PYTEST_XDIST_WORKER", "main"))
folder.mkdir(exist_ok=True)
os.environ["NABIJ_VAR"] = str(folder)

# An employer's log-in at an address where nobody answers; tests that use one put their own in its place.
EMPLOYER = {"ISSUER": "http://127.0.0.1:9", "NAME": "Defensie", "CLIENT_ID": "nabij", "CLIENT_SECRET": "geheim"}
os.environ.update({f"NABIJ_OIDC_{name}": value for name, value in EMPLOYER.items()})

from desk.settings import *  # noqa: E402, F403

if "DATABASE_URL" not in os.environ:
    raise SystemExit("Tests need real servers. Run 'make test', or 'python -m desk.embedded exec --temp -- pytest'.")
