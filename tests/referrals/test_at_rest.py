"""What waits for somebody else is settled before two requests are put together: nothing is let go without a word."""

import datetime as dt

import pytest

from cases import merging
from cases.models import Case, Merge
from cases.moves import NotNow
from referrals import actions, consulting
from referrals.enums import HandOver
from referrals.letters import writing
from referrals.models import Letter, Referral
from tests.factories.cast import Cast
from tests.factories.letters import make_letter
from tests.factories.referrals import SUMMARY, make_come_back, make_second, to_worker
from tests.factories.work import make_accepted


def put_together(cast: Cast, gone: Case, who: str) -> Merge:
    stays = make_accepted(cast, owner=who)
    return merging.merge(Case.objects.get(pk=gone.pk), stays, reason="Zelfde stem.", by=cast.actor(who), at=cast.at)


def asked(cast: Cast, kind: HandOver) -> Referral:
    terms = actions.Terms(kind, reason="Raad.", ends_at=cast.at + dt.timedelta(days=5))
    return actions.propose(
        make_accepted(cast), to_worker(cast, "ilse"), destination="REGIONAL_DIRECT", summary=SUMMARY, terms=terms,
        by=cast.actor("bram"), at=cast.at, by_phone=True,
    )  # fmt: skip


@pytest.mark.parametrize("kind", [HandOver.TRANSFER, HandOver.CONSULTATION])
def test_what_a_colleague_was_asked(cast: Cast, kind: HandOver) -> None:
    row = asked(cast, kind)
    with pytest.raises(NotNow, match="Take it back|Neem die"):
        put_together(cast, row.case, "bram")
    actions.withdraw(row, by=cast.actor("bram"), at=cast.at)
    assert put_together(cast, row.case, "bram").undone_at is None


def test_who_reads_along(cast: Cast) -> None:
    row = actions.accept(asked(cast, HandOver.CONSULTATION), read=True, by=cast.actor("ilse"), at=cast.at)
    with pytest.raises(NotNow, match="leest mee|reads along"):
        put_together(cast, row.case, "bram")
    consulting.stop(row, by=cast.actor("bram"), at=cast.at)
    assert put_together(cast, row.case, "bram").undone_at is None


def test_what_waits_for_the_coordinator(cast: Cast) -> None:
    row = make_second(cast, make_come_back(cast))
    stays = make_come_back(cast)
    with pytest.raises(NotNow, match="Take it back|Neem die"):
        merging.merge(row.case, stays, reason="Zelfde stem.", by=cast.actor("samira"), at=cast.at)
    row.refresh_from_db()
    assert row.state == "awaiting_coordinator"


def test_a_letter_to_a_provider(cast: Cast) -> None:
    letter = make_letter(cast, make_accepted(cast))
    with pytest.raises(NotNow, match="brief|letter"):
        put_together(cast, letter.case, "bram")
    writing.withdraw(Letter.objects.get(), by=cast.actor("bram"), at=cast.at)
    assert put_together(cast, letter.case, "bram").undone_at is None
