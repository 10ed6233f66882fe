from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Listen to what allauth tells about the entrance; we send no signals of our own."""
        from allauth.account import signals as account

        from accounts import receivers

        account.user_logged_in.connect(receivers.on_logged_in)
        account.authentication_step_completed.connect(receivers.on_step)
        for changed in (account.password_changed, account.password_set, account.password_reset):
            changed.connect(receivers.on_new_password)
        account.email_confirmed.connect(receivers.on_address_proved)
        account.login_code_rejected.connect(receivers.on_code_refused)
        account.password_reset_code_rejected.connect(receivers.on_code_refused)
        account.email_verification_code_rejected.connect(receivers.on_code_refused)
        from accounts import factor_reset, invitations  # noqa: F401 - make their kinds known
