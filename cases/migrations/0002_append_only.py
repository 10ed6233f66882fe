"""Rows of cases_intake are added and read, never changed or removed."""

from typing import ClassVar

from django.db import migrations

from accounts.grants import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0001_initial")]
    operations: ClassVar = [append_only("cases_intake")]
