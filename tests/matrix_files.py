"""The documents of the permission matrix: one that the client sent, in two versions, and two that are internal."""

import uuid

from cases import documents
from cases.documents import Upload
from cases.models import Case
from tests.factories.files import picture
from tests.matrix_words import HOUR, Matrix, canary
from tests.world import MOMENT


def with_documents(matrix: Matrix, stage: str) -> None:
    """While the case is new; one of the internal ones is removed again, with a reason."""
    case, at = Case.objects.get(pk=matrix.cases[stage].pk), MOMENT - 7 * HOUR
    tom, samira = matrix.by("tom"), matrix.by("samira")
    sent = {"for_client": True, "by": tom, "at": at}
    words = Upload(f"{canary('docname', stage)}.txt", canary("doctext", stage).encode())
    first = documents.receive(
        case, file=words, title=canary("doctitle", stage), submission_id=uuid.uuid4(), **sent,
    )  # fmt: skip
    documents.receive(
        case, file=Upload("foto.jpg", picture()), title="", document=first.document, submission_id=uuid.uuid4(), **sent,
    )  # fmt: skip
    for reason in ("", canary("docgone", stage)):
        internal = documents.receive(
            case, file=Upload("intern.txt", b"Voor ons."), title=canary("docinternal", stage), for_client=False,
            by=samira, at=at, submission_id=uuid.uuid4(),
        )  # fmt: skip
        if reason:
            documents.remove(internal.document, reason=reason, by=samira, at=at)
    while documents.check_due(at):
        pass
