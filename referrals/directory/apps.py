from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "referrals.directory"
    label = "directory"
