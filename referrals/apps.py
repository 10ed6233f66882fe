from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from cases.workspace import STILL_CONTACT, read_along
        from referrals import at_rest, introducing, meanwhile, next_step, notices, outside  # noqa: F401 - make known
        from referrals.directory import shown
        from referrals.handed import waiting_of_case
        from referrals.letters import notices as of_letters  # noqa: F401

        read_along(waiting_of_case)
        read_along(introducing.talk_of_case)
        STILL_CONTACT.append(introducing.of_contact)
        shown.accepted.append(outside.last_accepted)
