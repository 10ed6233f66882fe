"""Run inside a site's own processes (``Site.python``): somebody with a full caseload, and colleagues to give it to."""

import datetime as dt

from accounts.enums import Role
from accounts.models import Membership, User
from tests.factories.work import make_accepted
from tests.journeys.scene import cast, show

LEAVER, COLLEAGUES = "Wout Meijer", ("Noor Bakker", "Piet Kramer", "Sara Vos")


def a_full_caseload(count: int) -> None:
    """Wout with so many cases; shows his id and the reference of one."""
    here = cast()
    team, start = here.teams["regional-west"], here.at.date() - dt.timedelta(days=90)
    for name in (LEAVER, *COLLEAGUES):
        email = f"{name.split()[0].lower()}@nabij.example"
        here.users[email.split("@")[0]] = user = User.objects.create_user(email, None, name=name)
        Membership.objects.create(user=user, team=team, role=Role.REGIONAL_WORKER, starts_on=start)
    began = here.at - dt.timedelta(days=3)
    cases = [make_accepted(here, owner="wout", team=team, at=began) for _number in range(count)]
    show({"person": here.users["wout"].public_id, "reference": cases[0].reference})
