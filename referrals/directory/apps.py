from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "referrals.directory"
    label = "directory"

    def ready(self) -> None:
        from referrals.directory import notices  # noqa: F401 - makes its kind known
