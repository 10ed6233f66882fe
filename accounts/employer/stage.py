"""The second factor on the way in: ours, unless the employer's provider said that it asked for one."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.stages import AuthenticateStage

JUST_NOW = 10
"""Seconds between the word of the provider and the log-in that it belongs to; one of before proves nothing now."""


class FactorStage(AuthenticateStage):
    """allauth's, which asks everybody who has a factor."""

    def _should_handle(self, request: Any) -> bool:
        since = self.login.initiated_at - JUST_NOW
        proven = any(
            record.get("method") == "mfa" and record.get("type") == "employer" and record.get("at", 0) >= since
            for record in get_authentication_records(request, self.login.user)
        )
        return not proven and super()._should_handle(request)
