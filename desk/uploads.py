"""Where files are while they come in: in memory, never on a disk, where nothing would encrypt or remove them."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler


class InMemory(MemoryFileUploadHandler):
    """Keeps as many bytes of one request as FILE_UPLOAD_MAX_MEMORY_SIZE. Of a file beyond that only the size is known:
    it is longer than what can be read of it, and the form says that it is too much."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated, self.room = True, settings.FILE_UPLOAD_MAX_MEMORY_SIZE

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.room -= len(raw_data)
        if self.room < 0:
            self.file = BytesIO()
        else:
            self.file.write(raw_data)
