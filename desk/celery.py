"""Celery carries hints. The whole schedule reads here; what it sweeps is in the database and may run twice or late."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")

app = Celery("nabij")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # hints are given from any thread of the web server
app.autodiscover_tasks()

MAIL = float(settings.MAILBOX.every if settings.MAILBOX else 60)

app.conf.beat_schedule = {
    "everything due, every 15 seconds": {"task": "desk.sweep", "schedule": 15.0, "options": {"expires": 14}},
    "new mail, every minute or as set": {"task": "desk.fetch_mail", "schedule": MAIL, "options": {"expires": MAIL - 1}},
}
