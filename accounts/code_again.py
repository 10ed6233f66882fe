"""A code by mail for who is logged in and has neither password nor factor to prove once more that it is them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter

from accounts import throttle

KEY = "code_again"
LASTS = dt.timedelta(minutes=10)
TRIES = 3


@dataclass
class CodeAgain:
    """The code that was sent, kept in the session it belongs to."""

    session: Any
    code: str
    sent_at: dt.datetime

    @classmethod
    def of(cls, request: Any, at: dt.datetime) -> "CodeAgain | None":
        """The code that is waited for; None when none was sent, or it is too old or was tried too often."""
        kept = request.session.get(KEY)
        if not kept:
            return None
        found = cls(request.session, kept["code"], dt.datetime.fromisoformat(kept["at"]))
        if at - found.sent_at > LASTS or kept["wrong"] >= TRIES:
            found.end()
            return None
        return found

    @classmethod
    def send(cls, request: Any, at: dt.datetime) -> dt.timedelta:
        """Mail a new code; returns how long to wait when too many were sent."""
        if wait := throttle.admit(throttle.keys("mail", request.user.email, throttle.place_of(request)), at):
            return wait
        adapter = get_adapter(request)
        code = adapter.generate_login_code()
        adapter.send_mail("account/email/login_code", request.user.email, {"code": code})
        request.session[KEY] = {"code": code, "at": at.isoformat(), "wrong": 0}
        return dt.timedelta()

    def count_wrong(self) -> None:
        """One try less."""
        self.session[KEY] = self.session[KEY] | {"wrong": self.session[KEY]["wrong"] + 1}

    def end(self) -> None:
        """It works no more."""
        self.session.pop(KEY, None)
