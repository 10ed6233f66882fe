from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from referrals import next_step, notices  # noqa: F401 - make known what is theirs
        from referrals.letters import notices as of_letters  # noqa: F401
