from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "desk.lists"
    label = "lists"

    def ready(self) -> None:
        from desk.lists import notices  # noqa: F401  makes its kinds known
