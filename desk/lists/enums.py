"""When somebody hears that something new fits a view."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tell(models.TextChoices):
    NEVER = "never", _("Never")
    EACH = "each", _("At each new request")
    DAILY = "daily", _("Once a day, at 08:00")
    MANY = "many", _("After a number of new requests")
