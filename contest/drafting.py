"""The door to the content of an application: fields, answers, rows of tables, files.

Every change leaves a revision of its field. ``based_on`` is what the page had read
(``read_mark``): where a colleague changed the same field since, nothing is written
and ``Overtaken`` says what stands there; what only the colleague touched stays theirs.
``resolved`` names fields whose newer text was shown to the person, with the mark of then.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from django.core.files.base import File
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from documents import uploads as judging
from municipalities.models import Municipality

from . import deadlines, permissions, shapes
from .completeness import TABLES, Row, Table
from .models import Answer, Application, ApplicationFile, Contest, FieldRevision
from .refusals import Closed, Invalid, NotAllowed, Stale
from .shapes import as_text

CONSENT_VERSION = "2025-1"
"""Which wording of the consent people tick; a new wording gets a new version."""

MEGABYTE = 1024 * 1024
MOST_BYTES_A_FILE = 15 * MEGABYTE
MOST_BYTES = 100 * MEGABYTE
"""What the files of one application may weigh together."""
TEXTS = frozenset({judging.Kind.PDF, judging.Kind.DOCX})
SCANS = TEXTS | {judging.Kind.JPG, judging.Kind.PNG, judging.Kind.HEIC}
FILES_TAKEN: Mapping[str, frozenset[judging.Kind]] = {
    "programme": TEXTS,
    "resolution": SCANS,
    "minutes": SCANS,
    "budget": frozenset(judging.Kind),
    "letter": SCANS,
}
"""What a file of each kind may be: what the commission can read as that."""

NOTHING: Mapping[str, int] = MappingProxyType({})
WRITABLE = (Application.State.DRAFT, Application.State.RETURNED)


class Author(NamedTuple):
    """Who writes, and when."""

    by: User
    now: datetime


class Read(NamedTuple):
    """What the page had read: the newest revision then, later ones of the fields in ``resolved``.

    Without a mark nobody is asked: the writer means what they write.
    """

    mark: int | None = None
    resolved: Mapping[str, int] = NOTHING


class Overtaken(Stale):
    """Somebody changed the same fields meanwhile. ``theirs``: field → what stands there now."""

    def __init__(self, theirs: Mapping[str, str]) -> None:
        super().__init__(_("Somebody changed the same fields while you were writing."))
        self.theirs = dict(theirs)


@transaction.atomic
def begin(contest: Contest, municipality: Municipality, *, by: User, now: datetime) -> Application:
    """Return the municipality's application to the contest, a new draft where there was none.

    Raises NotAllowed where the person does not speak for the municipality or the
    contest is not for it, Closed outside of the window.
    """
    Contest.objects.select_for_update().get(pk=contest.pk)
    existing = Application.objects.filter(contest=contest, municipality=municipality).first()
    application = existing or Application(
        contest=contest, municipality=municipality, created_at=now, updated_at=now, created_by=by
    )
    if not permissions.may_write(by, application, now):
        raise NotAllowed(_("Only the municipality's own people write its application."))
    if existing:
        return existing
    if municipality.pk not in permissions.eligible(contest):
        raise NotAllowed(_("This contest is not for your municipality."))
    if not deadlines.takes_drafts(contest, now):
        raise Closed(_("Applications are not taken now."))
    application.save(force_insert=True)
    return application


def read_mark(application: Application) -> int:
    """Return what a page writes into its form to say which revisions it has read."""
    latest = FieldRevision.objects.filter(application=application).aggregate(Max("id"))
    return latest["id__max"] or 0


@transaction.atomic
def save(
    application: Application,
    changes: Mapping[str, Any],
    *,
    by: User,
    now: datetime,
    based_on: int | None = None,
    resolved: Mapping[str, int] = NOTHING,
) -> Application:
    """Write fields and answers, named as in ``FieldRevision``, and return the application.

    Only what really changed is written. Raises NotAllowed, Closed, Stale, Overtaken,
    Invalid (with ``problems``) where a value has not the shape of its field.
    """
    application = _locked(application, by, now)
    return _save(application, changes, Author(by, now), Read(based_on, resolved))


@transaction.atomic
def save_rows(
    application: Application,
    table_name: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    by: User,
    now: datetime,
    based_on: int | None = None,
    resolved: Mapping[str, int] = NOTHING,
) -> Application:
    """Make the table hold these rows, in this order, and return the application.

    A row keeps its ``key``; a row without anything in it is left out; a row that is
    not given is removed, unless it came after ``based_on``. Raises as ``save``.
    """
    application = _locked(application, by, now)
    return _save_rows(application, table_name, rows, Author(by, now), Read(based_on, resolved))


@transaction.atomic
def save_section(
    application: Application,
    changes: Mapping[str, Any],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    by: User,
    now: datetime,
    based_on: int | None = None,
    resolved: Mapping[str, int] = NOTHING,
) -> Application:
    """Write fields, answers and whole tables together or not at all. Raises as ``save``."""
    application = _locked(application, by, now)
    author, read = Author(by, now), Read(based_on, resolved)
    application = _save(application, changes, author, read)
    for name, rows in tables.items():
        application = _save_rows(application, name, rows, author, read)
    return application


def add_file(
    application: Application, kind: str, upload: File, *, by: User, now: datetime
) -> ApplicationFile:
    """Attach a file and return it. Where the kind takes one file, it replaces the former.

    The same file once more changes nothing. Raises Invalid with what is wrong with
    the file, and as ``save``.
    """
    ((file, refused),) = add_files(application, [(kind, upload)], by=by, now=now)
    if file is None:
        raise refused or AssertionError
    return file


def add_files(
    application: Application,
    uploads: Sequence[tuple[str, File]],
    *,
    by: User,
    now: datetime,
    remove: uuid.UUID | None = None,
) -> list[tuple[ApplicationFile | None, Invalid | None]]:
    """Attach what is good; return for each upload its file, or why it was refused.

    ``remove`` takes a file off first; one that is gone already stays gone.
    Raises NotAllowed, Closed and Stale as ``save``.
    """
    judged = [_judged(kind, upload) for kind, upload in uploads]  # it takes a while: no lock yet
    done: list[tuple[ApplicationFile | None, Invalid | None]] = []
    with transaction.atomic():
        application = _locked(application, by, now)
        files = list(application.files.all())
        gone = [file for file in files if file.key == remove]
        for file in gone:
            files.remove(file)
            _drop_file(application, file, by=by, now=now)
        for (kind, upload), verdict in zip(uploads, judged, strict=True):
            try:
                if isinstance(verdict, Invalid):
                    raise verdict
                done.append((_attach(files, application, kind, upload, verdict, by, now), None))
            except Invalid as refused:
                done.append((None, refused))
        if gone or any(file for file, _refused in done):
            _touch(application, now)
    return done


def remove_file(application: Application, key: uuid.UUID, *, by: User, now: datetime) -> None:
    """Take a file off the application. Raises NotAllowed, Closed and Stale as ``save``."""
    add_files(application, [], by=by, now=now, remove=key)


def revise(
    application: Application, values: Mapping[str, str | None], *, by: User, now: datetime
) -> None:
    """Append a revision of each field; None says that the row or file is gone."""
    numbers = dict(
        FieldRevision.objects.filter(application=application, field__in=values)
        .values_list("field")
        .annotate(Max("number"))
    )
    FieldRevision.objects.bulk_create(
        FieldRevision(
            application=application,
            field=field,
            number=numbers.get(field, 0) + 1,
            value=value,
            at=now,
            by=by,
        )
        for field, value in values.items()
    )


def _save(
    application: Application, changes: Mapping[str, Any], author: Author, read: Read
) -> Application:
    wanted = shapes.fields(application, changes)
    before = _texts(application)
    wanted = _without_theirs(application, wanted, before, read)
    changed = {name: value for name, value in wanted.items() if as_text(value) != before[name]}
    if not changed:
        return application
    for name, value in changed.items():
        if not name.startswith("answer:"):
            setattr(application, name, value)
    _write_answers(application, changed)
    if "consents" in changed:
        application.consented_at = author.now if application.consents else None
        application.consent_version = CONSENT_VERSION if application.consents else ""
    revise(
        application,
        {name: as_text(value) for name, value in changed.items()},
        by=author.by,
        now=author.now,
    )
    return _touch(application, author.now)


def _save_rows(
    application: Application,
    table_name: str,
    rows: Sequence[Mapping[str, Any]],
    author: Author,
    read: Read,
) -> Application:
    table = TABLES[table_name]
    known = {str(row.key): row for row in _rows(application, table_name)}
    wanted = {_key(table, key, known): row for key, row in shapes.rows(application, table, rows)}
    cells = {_cell(table, k, c): v for k, row in wanted.items() for c, v in row.items()}
    before = {
        _cell(table, k, c): as_text(getattr(row, c))
        for k, row in known.items()
        for c in table.columns
    }
    cells = _without_theirs(application, cells, before, read)
    added_since = _added_since(application, table, read.mark)
    gone = [key for key in known if key not in wanted and key not in added_since]
    kept = [*wanted, *(key for key in known if key in added_since and key not in wanted)]
    if len(kept) > table.model.MOST:
        raise Invalid(_("Too many rows: the table takes up to %s.") % table.model.MOST)
    versions = _write_rows(application, table, kept, known, cells)
    versions |= _remove_rows(application, table, [known[key] for key in gone])
    if not versions:
        return application
    revise(application, versions, by=author.by, now=author.now)
    return _touch(application, author.now)


def _locked(application: Application, by: User, now: datetime) -> Application:
    """Return the application, locked and open for this person to write in."""
    fresh = (
        Application.objects.select_for_update(of=("self",))
        .select_related("contest", "municipality", "contact_position")
        .get(pk=application.pk)
    )
    if not permissions.may_write(by, fresh, now):
        raise NotAllowed(_("Only the municipality's own people write its application."))
    if fresh.state not in WRITABLE:
        raise Stale(_("The application has been submitted; it does not change any more."))
    if not deadlines.takes_writing(fresh, now):
        raise Closed(_("The time for writing is over. What was saved before is kept."))
    return fresh


def _touch(application: Application, now: datetime) -> Application:
    application.version += 1
    application.updated_at = now
    application.save()
    return application


def _rows(application: Application, table_name: str) -> models.QuerySet[Any]:
    rows = getattr(application, table_name).all()
    return rows.select_related("target_group") if table_name == "measures" else rows


def _texts(application: Application) -> dict[str, str]:
    """Return the present value of every field and answer, as revisions keep it."""
    texts = {name: as_text(getattr(application, name)) for name in shapes.COLUMNS}
    texts |= {f"answer:{q.code}": "" for q in application.contest.questions.all()}
    given = application.answers.values_list("question__code", "text")
    return texts | {f"answer:{code}": text for code, text in given}


def _key(table: Table, given: str, known: Mapping[str, Row]) -> str:
    """Return the key of a row: the one given, unless it belongs to somebody else's row."""
    try:
        key = uuid.UUID(given)
    except ValueError:
        return str(uuid.uuid4())
    if str(key) in known or not table.model.objects.filter(key=key).exists():
        return str(key)
    return str(uuid.uuid4())


def _without_theirs(
    application: Application,
    wanted: Mapping[str, Any],
    present: Mapping[str, str],
    read: Read,
) -> dict[str, Any]:
    """Return what this person really changed. Raises Overtaken where somebody else did, too."""
    if read.mark is None:
        return dict(wanted)
    revisions = FieldRevision.objects.filter(application=application, field__in=wanted)
    newest = dict(revisions.order_by().values_list("field").annotate(Max("id")))
    overtaken = {
        f for f, newest_id in newest.items() if newest_id > read.resolved.get(f, read.mark)
    }
    then = dict(
        revisions.filter(id__lte=read.mark, field__in=overtaken)
        .order_by("number")
        .values_list("field", "value")
    )
    untouched = {f for f in overtaken if as_text(wanted[f]) == (then.get(f) or "")}
    theirs = {
        field: present.get(field, "")
        for field in overtaken - untouched
        if present.get(field, "") != as_text(wanted[field])
    }
    if theirs:
        raise Overtaken(theirs)
    return {field: value for field, value in wanted.items() if field not in untouched}


def _added_since(application: Application, table: Table, based_on: int | None) -> set[str]:
    """Return the keys of rows that somebody added after the page was read."""
    if based_on is None:
        return set()
    revisions = FieldRevision.objects.filter(
        application=application, field__startswith=f"{table.prefix}:"
    )
    read = {f.split(":")[1] for f in _fields(revisions.filter(id__lte=based_on))}
    later = {f.split(":")[1] for f in _fields(revisions.filter(id__gt=based_on))}
    return later - read


def _fields(revisions: models.QuerySet[FieldRevision]) -> set[str]:
    return set(revisions.values_list("field", flat=True))


def _cell(table: Table, key: str, column: str) -> str:
    return f"{table.prefix}:{key}:{column}"


def _write_answers(application: Application, changed: Mapping[str, Any]) -> None:
    """Write the changed answers in one statement, those there and those new alike."""
    Answer.objects.bulk_create(
        [
            Answer(application=application, question=question, text=changed[name])
            for question in application.contest.questions.all()
            if (name := f"answer:{question.code}") in changed
        ],
        update_conflicts=True,
        unique_fields=["application", "question"],
        update_fields=["text"],
    )


def _write_rows(
    application: Application,
    table: Table,
    keys: Sequence[str],
    known: Mapping[str, Row],
    cells: Mapping[str, Any],
) -> dict[str, str | None]:
    """Write the rows whose cells or place changed; return the new versions of their cells."""
    versions: dict[str, str | None] = {}
    for order, key in enumerate(keys, start=1):
        row = known.get(key) or table.model(application=application, key=key)
        changed = {}
        for column in table.columns:
            name = _cell(table, key, column)
            if name in cells and as_text(cells[name]) != as_text(getattr(row, column)):
                changed[name] = as_text(cells[name])
                setattr(row, column, cells[name])
        if row.order != order:
            if row.pk:
                changed[f"{table.prefix}:{key}:order"] = str(order)
            row.order = order
        if changed:
            row.save()
        versions |= changed
    return versions


def _remove_rows(
    application: Application, table: Table, rows: Sequence[Row]
) -> dict[str, str | None]:
    versions: dict[str, str | None] = {}
    for row in rows:
        versions |= {
            _cell(table, str(row.key), column): None
            for column in table.columns
            if as_text(getattr(row, column))
        }
    table.model.objects.filter(application=application, pk__in=[row.pk for row in rows]).delete()
    return versions


def _judged(kind: str, upload: File) -> judging.Judged | Invalid:
    """Return what the upload is, by its content, or why it cannot be taken."""
    if kind not in ApplicationFile.Kind.values:
        return Invalid(_("There is no such kind of file."))
    try:
        return judging.judge(
            upload, name=upload.name or "", allowed=FILES_TAKEN[kind], max_bytes=MOST_BYTES_A_FILE
        )
    except judging.Refused as refused:
        return Invalid(refused.message)


def _attach(
    files: list[ApplicationFile],
    application: Application,
    kind: str,
    upload: File,
    judged: judging.Judged,
    by: User,
    now: datetime,
) -> ApplicationFile:
    """Add the upload to the application's ``files``; return it, or the same that was there."""
    for file in files:
        if (file.kind, file.sha256) == (kind, judged.sha256):
            return file
    for file in _replaced(files, kind, judged.size):
        files.remove(file)
        _drop_file(application, file, by=by, now=now)
    file = ApplicationFile(
        application=application,
        kind=kind,
        name=judged.safe_name,
        content_type=judged.content_type,
        size=judged.size,
        sha256=judged.sha256,
        uploaded_at=now,
        uploaded_by=by,
    )
    upload.seek(0)
    file.file.save(judged.safe_name, upload, save=True)
    files.append(file)
    value = f"{kind} {file.name} {file.sha256}"
    revise(application, {f"file:{file.key}": value}, by=by, now=now)
    return file


def _replaced(files: Sequence[ApplicationFile], kind: str, size: int) -> list[ApplicationFile]:
    """Return the files that give way to a new one. Raises Invalid where there is no room."""
    others = [file for file in files if file.kind == kind]
    replaced = others if ApplicationFile.MOST[kind] == 1 else []
    if not replaced and len(others) >= ApplicationFile.MOST[kind]:
        raise Invalid(_("There are %s of these already: remove one first.") % len(others))
    kept = sum(file.size for file in files if file not in replaced)
    if kept + size > MOST_BYTES:
        raise Invalid(_("The files of an application may weigh 100 MB together."))
    return replaced


def _drop_file(application: Application, file: ApplicationFile, *, by: User, now: datetime) -> None:
    """Remove the row; the file itself goes only if it was never part of a submission."""
    revise(application, {f"file:{file.key}": None}, by=by, now=now)
    stored, name = file.file.storage, file.file.name
    file.delete()
    if application.submitted_at is None:
        transaction.on_commit(lambda: stored.delete(str(name)), robust=True)
