"""Run inside a site's own process: tells where every view of the registry is, and lets each role in."""

import json
import sys

from django.utils import timezone

from tests.pages import ANYONE, Send, views
from tests.world import found


def tell() -> None:
    """Print it as one line of JSON."""
    world = found(timezone.localtime())
    places, sessions = {}, {}
    for view in views():
        where = view.where(world)
        to, fields = (where.to, dict(where.fields)) if isinstance(where, Send) else (where, None)
        form, files = (where.form, dict(where.files)) if isinstance(where, Send) else ("", {})
        places[view.label] = {"to": to, "fields": fields, "files": files, "form": form or to, "role": view.role}
        if view.role != ANYONE and view.role not in sessions:
            sessions[view.role] = world.session(view.role)
    sys.stdout.write(json.dumps({"places": places, "sessions": sessions}) + "\n")
