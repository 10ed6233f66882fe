from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        from cases import notices  # noqa: F401 - makes its kinds known
        from cases.deadlines import check_terms

        check_terms()
