"""Looks around in a loaded database before the driver comes: which addresses to ask, how many queries each takes, and
filled-in request forms to send. Runs with the site's own settings: python -m bench.scout [PAGE ...] prints one JSON
object.
"""

import json
import os
import re
import sys
import time
import uuid
from typing import Any
from urllib.parse import urlencode

FORMS_TO_SEND = 2500
WARM_UP = 2
NOT_COUNTED = re.compile(r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET LOCAL)\b", re.IGNORECASE)
AUDIT_LINE = re.compile(r'^INSERT INTO "accounts_auditevent"', re.IGNORECASE)
ANSWERS: dict[str, dict[str, list[str]]] = {
    "danger": {"danger": ["no"]},
    "requester": {"requester": ["self"]},
    "situation": {"situation": ["at_home"]},
    "unit": {},
    "topics": {"topics": ["conflict"]},
    "story": {"story": ["Met mijn leidinggevende loopt het niet meer. " * 8]},
    "contact": {"name": ["Tess Zomerdijk"], "channels": ["phone"], "phone": ["06 00 00 00 12"]},
    "wish": {"wish": ["none"]},
}


def main() -> None:
    """Everything the driver needs, on standard output."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
    import django

    django.setup()
    from django.utils import timezone

    from desk import snapshot

    at = timezone.now()
    snapshot.write(at)
    wanted = sys.argv[1:]
    pages = {name: page for name, page in addresses().items() if not wanted or name in {"floor", *wanted}}
    forms = filled_in(FORMS_TO_SEND, at) if "wizard_submit" in pages else []
    json.dump(
        {"pages": pages, "forms": forms, "queries": count_queries(pages, filled_in(3, at) if forms else [])}, sys.stdout
    )


def addresses() -> dict[str, dict[str, Any]]:
    """Each page that is measured: who asks for it ("" for nobody) and its addresses, which are asked in turn."""
    from django.urls import reverse
    from django.utils import timezone

    from accounts.actors import actor_for
    from accounts.models import User
    from bench.history import LONG_CASES
    from bench.words import DESK_WORKER, REGIONAL_WORKER
    from cases.models import Case
    from desk import sought

    at, dashboard = timezone.now(), reverse("dashboard")
    by = actor_for(User.objects.get(email=DESK_WORKER), at)
    cases = Case.objects.filter(owner__email=REGIONAL_WORKER, state="active").order_by("sent_at")[:8]
    long = Case.objects.filter(owner__email=REGIONAL_WORKER, state="active").order_by("-sent_at")[:LONG_CASES]
    words = Case.objects.at_desk().by_pressure().select_related("person__data_key")[:8]
    return {
        "floor": {"who": DESK_WORKER, "paths": [reverse("bench_floor")]},
        "home": {"who": "", "paths": [reverse("home")]},
        "dashboard": {"who": DESK_WORKER, "paths": [dashboard]},
        "dashboard_filtered": {"who": DESK_WORKER, "paths": [f"{dashboard}?urgency=soon&waiting=1"]},
        "dashboard_searched": {
            "who": DESK_WORKER,
            "paths": [
                f"{dashboard}?{urlencode({'q': sought.seal(str(case.person.name).split()[-1], by, at)})}"
                for case in words
            ],
        },
        "bulk_assign": bulk_forms(by, at),
        "board": {"who": REGIONAL_WORKER, "paths": [reverse("board")]},
        "case": {"who": REGIONAL_WORKER, "paths": [reverse("case", args=[case.reference]) for case in cases]},
        "case_long": {"who": REGIONAL_WORKER, "paths": [reverse("case", args=[case.reference]) for case in long]},
        "wizard_submit": {"who": "", "paths": [reverse("intake")]},
    }


def bulk_forms(by: Any, at: Any) -> dict[str, Any]:
    """Giving a hundred requests to one colleague, and then to another, so that there is always something to do."""
    from django.urls import reverse

    from bench.words import DESK_WORKER
    from cases.models import Case
    from desk import triage

    picked = list(Case.objects.visible_to(by, at).at_desk().by_pressure().values_list("reference", flat=True)[:100])
    forms = [{"to": str(user.pk), "pick": picked} for user in triage.colleagues(at)[:2]]
    return {"who": DESK_WORKER, "paths": [reverse("dashboard_give")], "forms": forms, "at": reverse("dashboard")}


def filled_in(count: int, at: Any) -> list[str]:
    """Request forms on their last page, each a request of its own; raises when the answers are not accepted."""
    from bench.organisation import BATTALIONS
    from desk import conversation, snapshot, wizard

    state = wizard.begin(at, ANSWERS | {"unit": {"unit": [f"{310 + BATTALIONS - 1} Fictief Bataljon"]}})
    state.done, state.step = list(ANSWERS), wizard.CHECK
    if wrong := conversation.check(state, seen=snapshot.read(), at=at).wrong:
        raise SystemExit(f"The form no longer accepts what we answer to {wrong!r}; see ANSWERS in bench/scout.py.")
    forms = []
    for _form in range(count):
        state.submission_id = uuid.uuid4()
        forms.append(wizard.seal(state))
    return forms


def count_queries(pages: dict[str, dict[str, Any]], forms: list[str]) -> dict[str, int]:
    """Queries per page in this process, warm, without transaction control and the one line of the audit."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clients = {who: _client(who) for who in {page["who"] for page in pages.values()}}
    found = {}
    for name, page in pages.items():
        client = clients[page["who"]]
        for _round in range(WARM_UP):
            _ask(client, page, forms)
        with CaptureQueriesContext(connection) as seen:
            _ask(client, page, forms)
        statements = [one["sql"] for one in seen.captured_queries if not NOT_COUNTED.match(one["sql"])]
        if os.environ.get("BENCH_SHOW") == name:
            print("\n\n".join(statements), file=sys.stderr)
        found[name] = len(statements) - any(AUDIT_LINE.match(statement) for statement in statements)
    return found


def _client(email: str) -> Any:
    from django.test import Client

    from accounts.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    if email:
        user = User.objects.get(email=email)
        client.force_login(user)
        session = client.session  # as after the second factor
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client


def _ask(client: Any, page: dict[str, Any], forms: list[str]) -> None:
    path = page["paths"][0]
    is_form = not page["who"] and path != "/"
    if "forms" in page:
        page["forms"].reverse()
        answer = client.post(path, page["forms"][0])
    else:
        answer = client.post(path, {"state": forms.pop(), "send": "1"}) if is_form else client.get(path)
    if answer.status_code != (302 if "forms" in page else 200):
        raise SystemExit(f"{path} answers {answer.status_code}.")


if __name__ == "__main__":
    main()
