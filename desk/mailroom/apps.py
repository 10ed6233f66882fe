from django.apps import AppConfig


class MailroomConfig(AppConfig):
    name = "desk.mailroom"
    label = "mailroom"
