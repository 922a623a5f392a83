"""A decision as it was read, set down for an editor: every row with what is doubtful about it and which procedure of
the portal it may mean. Nothing of it is public, and reading the same files again changes nothing."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cms.models import User
from cms.vocabulary import DecisionAction, DecisionState, Part
from importers.agency_texts import AgencyTexts
from importers.decisions.issuers import find_issuer
from importers.decisions.matching import Catalogue
from importers.decisions.plain import to_plain
from importers.decisions.rows import DecisionFile, DecisionReading, ItemRow
from importers.models import BatchState, DecisionBatch, DecisionBatchFile, DecisionFormFile, DecisionRow, RowState
from importers.rows import Place, Problem

BATCH = 500
UPLOADED = "upload"  # the role of a file about which its editor said nothing
# What these change must stand already.
_ON_STANDING = (DecisionAction.AMEND, DecisionAction.STANDARDISE, DecisionAction.CORRECT)


def digest_of(files: Iterable[DecisionFile]) -> str:
    """What two batches of the same files have in common, whatever the files are called."""
    return hashlib.sha256("".join(sorted(file.sha256 for file in files)).encode()).hexdigest()


def standing_batch(digest: str) -> DecisionBatch | None:
    """The batch that these files already are, unless it, or the decision made of it, was taken back, or it could not be
    read."""
    gone = Q(state__in=(BatchState.TAKEN_BACK, BatchState.REFUSED)) | Q(decision__state=DecisionState.ROLLED_BACK)
    return DecisionBatch.objects.filter(digest=digest).exclude(gone).order_by("pk").first()


@transaction.atomic
def stage(
    reading: DecisionReading,
    *,
    by: User | None,
    paths: Sequence[Path] = (),
    catalogue: Catalogue | None = None,
    into: DecisionBatch | None = None,
    forms: Path | None = None,
) -> tuple[DecisionBatch, bool]:
    """Set a reading down for review; return the batch and whether it is new. `paths`: the files themselves, kept in
    the order of `reading.files`; `catalogue`: what missing codes are compared with; `into`: the batch that was waiting
    for this reading; `forms`: the folder into which its forms were cut."""
    digest = digest_of(reading.files)
    if held := standing_batch(digest):
        return held, False
    head = to_plain(reading.head)
    batch = into or DecisionBatch(at=timezone.now(), by=by)
    issuer = find_issuer(reading.head, AgencyTexts())
    if issuer and batch.agency and issuer != batch.agency:
        message = f"Tệp ghi cơ quan ban hành là {issuer.name}, đợt nhập ghi {batch.agency.name}. Hãy chọn lại cho đúng."
        reading.problems.append(Problem("doubtful", "OTHER_ISSUER", Place(reading.files[0].name), "", "", message))
    batch.agency = batch.agency or issuer
    batch.state, batch.digest, batch.message, batch.progress = BatchState.REVIEW, digest, "", 100
    batch.head = batch.read_head = head
    batch.counts = {name: list(pair) for name, pair in reading.counts.items()}
    batch.problems = [to_plain(problem) for problem in reading.problems]
    batch.save()
    _keep_files(batch, reading.files, paths)
    catalogue = catalogue or Catalogue()
    again = _repeated_codes(reading.items)
    rows = [_row(batch, item, catalogue, again) for item in reading.items]
    DecisionRow.objects.bulk_create(rows, batch_size=BATCH)
    if forms:
        _keep_forms(batch, reading.items, forms)
    return batch, True


def _keep_files(batch: DecisionBatch, files: Sequence[DecisionFile], paths: Sequence[Path]) -> None:
    """What was handed in gives way to what was read: an archive to its files. A role that a person gave stays."""
    given = {one.sha256: one.role for one in batch.files.all() if one.role != UPLOADED}
    batch.files.all().delete()
    for number, file in enumerate(files):
        role = given.get(file.sha256, file.role)
        kept = DecisionBatchFile(batch=batch, name=file.name[-300:], sha256=file.sha256, role=role, reader=file.reader)
        if number < len(paths):
            with paths[number].open("rb") as stored:
                kept.file.save(f"{file.sha256[:16]}{paths[number].suffix.lower()}", File(stored), save=False)
        kept.save()


def _keep_forms(batch: DecisionBatch, items: Iterable[ItemRow], folder: Path) -> None:
    for name in dict.fromkeys(form.file for item in items for form in item.forms if form.file):
        kept = DecisionFormFile(batch=batch, name=name)
        with (folder / name).open("rb") as stored:
            kept.file.save(name, File(stored), save=False)
        kept.save()


def _repeated_codes(items: Iterable[ItemRow]) -> set[tuple[str, str]]:
    counts = Counter((item.code, item.action) for item in items if item.code and item.parent is None)
    return {key for key, count in counts.items() if count > 1}


def _row(batch: DecisionBatch, item: ItemRow, catalogue: Catalogue, again: set[tuple[str, str]]) -> DecisionRow:
    proposals = []
    if item.parent is None:
        if not item.code and not item.is_refused():
            proposals = catalogue.proposals(item.name, item.levels)
        item.problems += _questions(item, proposals, catalogue, again)
    plain = to_plain(item)
    return DecisionRow(
        batch=batch,
        ordinal=item.ordinal,
        parent=item.parent,
        label=item.label[:30],
        action=item.action,
        code=item.code[:100],
        name=item.name,
        place=str(item.place)[-500:],
        state=state_of(item),
        read=plain,
        row=plain,
        procedure_id=catalogue.of_code(item.code) if item.code else None,
        proposals=proposals,
    )


def state_of(item: ItemRow) -> RowState:
    """What a row needs before it may be applied."""
    if item.is_refused():
        return RowState.REFUSED
    return RowState.DOUBTFUL if item.is_doubtful() else RowState.CLEAN


def _questions(
    item: ItemRow, proposals: list[dict[str, object]], catalogue: Catalogue, again: set[tuple[str, str]]
) -> list[Problem]:
    """What only an editor can answer; until then the row is not applied."""
    found = []
    if not item.action:
        found.append(("no_action", "không rõ mục này mới, sửa đổi, thay thế hay bãi bỏ. Hãy chọn."))
    if (item.code, item.action) in again:
        found.append(("code_twice", f"mã {item.code} có ở hơn một mục cùng việc. Hãy bỏ mục thừa hoặc sửa mã."))
    if proposals:
        first = proposals[0]
        found.append(
            (
                "code_proposed",
                f"không có mã; cổng có “{first['name']}” ({first['code'] or 'không mã'}, giống {first['score']} %). "
                "Hãy chọn thủ tục đó, hoặc nói đây là thủ tục khác.",
            )
        )
    if item.action == DecisionAction.REPEAL and item.code and catalogue.of_code(item.code) is None:
        found.append(
            ("unknown_code", f"cổng không có thủ tục mã {item.code} để bãi bỏ. Hãy kiểm mã; nếu đúng thì nhận.")
        )
    asked = [Problem("asked", code, item.place, Part.NAME, item.name, message) for code, message in found]
    return asked + _odd_code(item, catalogue)


def _odd_code(item: ItemRow, catalogue: Catalogue) -> list[Problem]:
    """What makes one look at a code twice: the portal has none such, or has it for a quite different name."""
    known = catalogue.of_code(item.code) if item.code else None
    message = ""
    if known and (other := catalogue.differing_name(known, item.name)):
        message = f"trên cổng mã {item.code} là “{other}”, tên khác hẳn. Hãy kiểm mã."
    elif item.code and not known and catalogue.codes and item.action in _ON_STANDING:
        message = f"cổng chưa có thủ tục mã {item.code}; nhận thì lập thủ tục mới. Hãy kiểm mã."
    return [Problem("doubtful", "odd_code", item.place, Part.NAME, item.name, message)] if message else []
