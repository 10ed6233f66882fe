"""What a colleague is registered as, outside this organisation (R19)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User


class Registration(models.Model):
    """One line in a register of a profession, as a colleague looked it up there. Titles are not protected, so that
    whoever lets somebody coach checks it, with the day. It is no personal secret: registers are public."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="registrations")
    register = models.CharField(_("register"), max_length=60)
    number = models.CharField(_("number"), max_length=40)
    as_coach = models.BooleanField(_("as a coach"), default=False)
    expires_on = models.DateField(_("valid until and including"), null=True)
    checked_on = models.DateField(_("checked on"))
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "register", "number"], name="one_registration")]

    def __str__(self) -> str:
        return f"{self.register} {self.number}"
