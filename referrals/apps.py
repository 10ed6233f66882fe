from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from cases.workspace import read_along
        from referrals import notices  # noqa: F401 - makes its kinds known
        from referrals.handed import waiting_of_case

        read_along(waiting_of_case)
