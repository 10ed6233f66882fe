"""Kinds of notices about hand-overs; none carries a case detail."""

from django.utils.translation import gettext_lazy as _

from accounts.notices import Kind, register

OFFERED = register(
    Kind(
        code="referral.offered",
        title=_("A case is offered to you"),
        text=_("Someone is waiting for a worker. Open the board to accept it or return it."),
        priority=3,
    )
)
REMINDER = register(
    Kind(
        code="referral.reminder",
        title=_("A case still waits for your answer"),
        text=_("Half of the time to answer has passed. Without an answer it goes back to the desk."),
        priority=3,
    )
)
BACK_AT_DESK = register(
    Kind(
        code="referral.back",
        title=_("A case is back at the desk"),
        text=_("It was returned or not answered in time. The desk looks for another way."),
        priority=2,
    )
)
HASTENED = register(
    Kind(
        code="referral.hastened",
        title=_("A case that is offered to you is more urgent now"),
        text=_("Answer sooner. The board says by when."),
        priority=3,
    )
)
ACCEPTED = register(
    Kind(
        code="referral.accepted",
        title=_("A case was accepted"),
        text=_("The worker you chose has accepted. You need not do anything."),
    )
)
ACCEPTED_WARMLY = register(
    Kind(
        code="referral.accepted_warm",
        title=_("A case with a talk of three was accepted"),
        text=_("You stay the client's contact person until the talk of three. Open the case to plan it."),
        priority=3,
    )
)
SUMMARY_APPROVED = register(
    Kind(
        code="referral.approved",
        title=_("A client approved a summary"),
        text=_("The case can be offered now. Open it to do so."),
        priority=3,
    )
)
SUMMARY_REFUSED = register(
    Kind(
        code="referral.refused",
        title=_("A client did not approve a summary"),
        text=_("Nothing was passed on. Open the case and talk about what would help."),
        priority=3,
    )
)
YES_TAKEN_BACK = register(
    Kind(
        code="referral.yes_back",
        title=_("A client took a yes back"),
        text=_("Nothing is shared by it any more. Open the case and talk about what would help."),
        priority=3,
    )
)
CONSENT_WAITS = register(
    Kind(
        code="referral.consent_waits",
        title=_("A client has not answered a summary yet"),
        text=_("Half of the time to answer has passed. Open the case and call the client if that is allowed."),
        priority=3,
    )
)
TAKEN_FOR = register(
    Kind(
        code="referral.taken_for",
        title=_("Your coordinator gave you a case"),
        text=_("You are the worker from now on. Read the summary first, then get in touch with the client."),
        priority=3,
    )
)
ANSWERED_FOR = register(
    Kind(
        code="referral.answered_for",
        title=_("Your coordinator gave a case back"),
        text=_("It was offered to you or your team. You need not do anything."),
    )
)
TEAM_WAITS = register(
    Kind(
        code="referral.team_waits",
        title=_("A case waits for an answer of your team"),
        text=_("Half of the time to answer has passed. Say who takes it, or give it back for them."),
        priority=3,
    )
)
ANSWERED = register(
    Kind(
        code="referral.answered",
        title=_("What you asked a colleague has an answer"),
        text=_("Open the case to read who answered and what happens now."),
    )
)
STAYS_CONTACT = register(
    Kind(
        code="referral.stays_contact",
        title=_("A colleague has accepted your case"),
        text=_(
            "You stay the client's contact person until the two have met. Open the case to plan a talk of three, or to "
            "see by when they speak."
        ),
    )
)
ADVISED = register(
    Kind(
        code="referral.advised",
        title=_("A colleague gave you advice"),
        text=_("It is a note in the file. Open the case to read it."),
    )
)
CONSULTATION_OVER = register(
    Kind(
        code="referral.consulted",
        title=_("You no longer read along with a case"),
        text=_("Your colleague needs no more advice, or the agreed day has come. You need not do anything."),
    )
)
OVERRIDDEN = register(
    Kind(
        code="consent.overridden",
        title=_("Something was passed on without a client's yes"),
        text=_("A coordinator decided that it could not wait. Read who and why."),
        priority=2,
    )
)
ASKED_FOR = register(
    Kind(
        code="case.asked_for",
        title=_("A colleague asks for a case"),
        text=_("Open it to read who asks and why. Nothing moves before you and the client agree."),
    )
)
REQUEST_WON = register(
    Kind(
        code="case.asked_won",
        title=_("A case that you asked for is coming to you"),
        text=_("The client is asked first. You find it on the board when it is yours to accept."),
    )
)
NOT_GIVEN = register(
    Kind(
        code="case.not_given",
        title=_("A case that you asked for stays where it is"),
        text=_("Somebody else helps this client. You need not do anything."),
    )
)
NOT_ASKED = register(
    Kind(
        code="case.not_asked",
        title=_("A colleague no longer asks for a case"),
        text=_("Whoever asked for it does not work here any more. You need not do anything."),
    )
)
CONSENT_LATE = register(
    Kind(
        code="referral.consent_late",
        title=_("A client did not answer a summary"),
        text=_("The time to answer has passed. Call the client, or take the summary back and choose another way."),
        priority=2,
    )
)
NEXT_ASKED = register(
    Kind(
        code="referral.next",
        title=_("A case went on to the next worker"),
        text=_("A worker has no room now. The next one was asked by itself, or the client whether that is fine."),
    )
)
NOBODY_LEFT = register(
    Kind(
        code="referral.nobody",
        title=_("Nobody has room for a case"),
        text=_("A worker returned it and there is nobody left to ask by itself. Look for another way."),
        priority=2,
    )
)
JOINED = register(
    Kind(
        code="referral.joined",
        title=_("A case was a second request of the same client"),
        text=_("The worker helps this client already. Open the case to see whether anything is left to do."),
    )
)
DECISION_ASKED = register(
    Kind(
        code="referral.decide",
        title=_("A second hand-over asks for your yes"),
        text=_("A case would be handed over once more. Open it and say whether that is right."),
        priority=3,
    )
)
DECISION_WAITS = register(
    Kind(
        code="referral.decide_waits",
        title=_("A second hand-over still waits for a yes"),
        text=_("Half of the time to decide has passed. Open it and say whether it is right."),
        priority=3,
    )
)
DECISION_LATE = register(
    Kind(
        code="referral.decide_late",
        title=_("Nobody decided about a second hand-over"),
        text=_("The time to decide has passed. Ring the coordinator, or take it back and help the client at the desk."),
        priority=2,
    )
)
DECISION_NO = register(
    Kind(
        code="referral.decided_no",
        title=_("A second hand-over was not agreed to"),
        text=_("The coordinator wants the case to stay at the desk. Open it to read why."),
        priority=3,
    )
)
YOURS_STAYS = register(
    Kind(
        code="referral.decided_no_worker",
        title=_("A case stays with you"),
        text=_("The coordinator did not agree to handing it over. Open it to read why."),
        priority=3,
    )
)
YOURS_UNDECIDED = register(
    Kind(
        code="referral.decide_late_worker",
        title=_("Nobody decided about handing over a case"),
        text=_("The time to decide has passed. Ring the coordinator, or take the question back."),
        priority=2,
    )
)
CONTACT_WAITS = register(
    Kind(
        code="referral.contact_waits",
        title=_("A new client has not heard from you yet"),
        text=_("Half of the time for your first contact has passed. Call them, or plan the talk of three."),
        priority=3,
    )
)
CONTACT_LATE = register(
    Kind(
        code="referral.contact_late",
        title=_("A client has not heard from their worker"),
        text=_("A case was accepted and nobody spoke to the client in time. Call the worker, or the client."),
        priority=2,
    )
)
TALK_PLANNED = register(
    Kind(
        code="referral.talk",
        title=_("You have a talk of three"),
        text=_("A talk was planned in which a client gets to know their worker. Open it to see when."),
    )
)
TALK_AGAIN = register(
    Kind(
        code="referral.talk_again",
        title=_("A talk of three did not take place"),
        text=_("A client would get to know their worker, and that did not happen. Plan another moment."),
        priority=3,
    )
)
ALL_FULL = register(
    Kind(
        code="capacity.full",
        title=_("A team has no room left"),
        text=_("Nobody of {team} has room for another case. See how much fits, and who else can help."),
        priority=3,
    )
)
SIGNAL_SENT = register(
    Kind(
        code="signal.sent",
        title=_("There is a signal about a unit"),
        text=_("A colleague noticed something. Open it to say whether you take it up."),
    )
)
SIGNAL_ANSWERED = register(
    Kind(
        code="signal.answered",
        title=_("Your signal was answered"),
        text=_("The prevention officer says what becomes of it."),
    )
)
