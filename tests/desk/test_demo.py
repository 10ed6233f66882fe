"""The demonstration as `make run` loads it."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from accounts import delivery
from cases.models import Alert
from desk import condition


def test_everything_in_it_hangs_together(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.EMAIL_BACKEND = True, "desk.demo.mail.FolderBackend"
    settings.DEMO_MAIL_FOLDER, settings.SNAPSHOT_FILE = tmp_path / "mail", tmp_path / "snapshot.json"
    call_command("seed_demo")
    begun_with = set(Alert.objects.filter(urgency="emergency").values_list("policy", flat=True))
    assert begun_with == {1}  # who is called in an emergency was chosen before
    later = timezone.now()
    while delivery.deliver_due(later):
        pass
    assert set(condition.read(later).problems) <= {"tick"}
