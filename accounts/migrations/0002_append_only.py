"""Rows of accounts_auditevent are added and read, never changed or removed."""

from typing import ClassVar

from django.db import migrations

from accounts.grants import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar = [append_only("accounts_auditevent")]
