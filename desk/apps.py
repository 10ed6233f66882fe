from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from desk import (  # noqa: F401
            celery,  # makes ours the app that tasks are given to
            checks,  # registers the system checks
            notices,  # makes its kinds known
        )
