"""For the permission matrix: an entry of outside help that Bram keeps, with a number."""

from referrals.directory import keeping
from referrals.directory.models import Need, Phone, Service
from tests.matrix_words import Matrix
from tests.world import MOMENT


def with_outside_help(matrix: Matrix) -> None:
    bram = matrix.by("bram")
    service = keeping.keep(
        Service(name_nl="Schuldhulp", state="shown"), provider="Geldloket", needs=Need.objects.filter(code="debts"),
        regions=[], languages=["nl"], seen="", by=bram, at=MOMENT,
    )  # fmt: skip
    keeping.keep_part(service, Phone(number="088 000 01 00"), by=bram, at=MOMENT)


def entry() -> Service:
    """The one that Bram keeps."""
    return Service.objects.get(name_nl="Schuldhulp")


def number() -> Phone:
    return Phone.objects.get(service=entry())
