"""Small real files of the kinds that municipalities send, made in memory."""

import io
import zipfile
from xml.sax.saxutils import escape

from django.core.files.uploadedfile import SimpleUploadedFile

from documents.excel import Column, Kind, write

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def letter(name: str, paragraphs: list[str]) -> SimpleUploadedFile:
    """Return a Word file with the paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in (
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", RELATIONS),
            ("word/document.xml", document),
        ):
            archive.writestr(zipfile.ZipInfo(path, (2025, 1, 1, 0, 0, 0)), text)
    return SimpleUploadedFile(name, packed.getvalue())


def redacted() -> SimpleUploadedFile:
    """Return the copy that the commission opens, without the municipality's name."""
    return letter("redacted.docx", ["Образец копии без названия / Аталышы жашырылган үлгү"])


def budget(name: str, rows: list[tuple[str, int, int]]) -> SimpleUploadedFile:
    """Return an Excel file: measure, cost, of this from the local budget."""
    columns = [
        Column("Мера / Чара", 60),
        Column("Сом", 14, Kind.WHOLE),
        Column("Местный бюджет / Жергиликтүү бюджет", 20, Kind.WHOLE),
    ]
    with write(columns, rows, title="Бюджет") as file:
        return SimpleUploadedFile(name, file.read())
