"""Celery carries hints. The whole schedule reads here; what it sweeps is in the database and may run twice or late."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")

app = Celery("nabij")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # hints are given from any thread of the web server
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "everything due, every 15 seconds": {"task": "desk.sweep", "schedule": 15.0, "options": {"expires": 14}},
}
