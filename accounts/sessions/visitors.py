"""Who a browser is logged in as, for a page that must also answer while the database is away."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import User
from accounts.sessions import limits


def visitor_of(session_key: str, at: dt.datetime) -> User | None:
    """The person, by the cookie that stateless pages do not read. None for nobody, for a session that has lapsed, and
    for a colleague without a second factor. Raises DatabaseError when it cannot be asked."""
    if not session_key:
        return None
    asked: Any = SimpleNamespace(session=SessionStore(session_key))
    use = limits.read(asked.session)
    if use is None or use.lapsed(at) or not limits.is_whole(asked.session, use):
        return None
    user = get_user(asked)
    return user if isinstance(user, User) and user.is_active else None
