from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from referrals import notices  # noqa: F401 - makes its kinds known
        from referrals.letters import notices as of_letters  # noqa: F401
