"""How long things take and last, as the organisation decides. Every name here is a setting."""

from datetime import timedelta

FOLLOW_IDLE = timedelta(minutes=20)
FAMILY_INVITATION_OPEN = timedelta(days=14)  # how long an invitation can be accepted
FAMILY_USUAL = timedelta(days=91)
FAMILY_LONGEST = timedelta(days=365)
COACHING_GAP_DAYS = (14, 21)  # in general so many days between two conversations with a coach (R15)
REGISTRATION_CHECK_DAYS = 365  # then a registration has to be looked up again (R19)
ACCESS_AFTER_CLOSING = timedelta(days=14)  # the desk can still look when someone calls back
CHECKED_ON_WARNING_DAYS = 90
REOPEN_WITHIN = timedelta(days=365)  # after closing; later it is a new request
MERGE_UNDO_WITHIN = timedelta(days=30)
AFTER_CARE_FROM, AFTER_CARE_FOR = timedelta(weeks=6), timedelta(weeks=2)  # one call, from then on, for so long
EVALUATION_AFTER, EVALUATION_WITHIN = timedelta(days=3), timedelta(days=30)
DIRECTORY_CHECK_DAYS = 90  # then somebody asks again whether an entry of outside help is still right
