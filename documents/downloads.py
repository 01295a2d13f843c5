"""Handing out files that people attached, so that a browser saves them and runs nothing."""

from typing import IO

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


def serve(file: FieldFile | IO[bytes], *, name: str, content_type: str) -> FileResponse:
    """The file as an attachment under its own name, Cyrillic included.

    It is kept by no cache and, opened in a browser all the same, may run
    nothing. Raises Http404 when the file is not in the storage.
    """
    try:
        stream = file.open("rb") if isinstance(file, FieldFile) else file
    except (FileNotFoundError, ValueError) as error:
        raise Http404 from error
    response = FileResponse(stream, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
