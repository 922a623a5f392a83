"""A decision from its files to a draft: handed in, read, looked at as a whole, made a draft, taken back."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from cms.models import User
from cms.selectors.rights import Right, places_with
from importers.decisions import worker
from importers.decisions.applying import apply
from importers.decisions.obstacles import ANSWERED_BY_HEAD, is_open_question, obstacles
from importers.decisions.opening_again import can_open_again, open_again
from importers.decisions.plain import from_plain
from importers.decisions.review import BatchChangedError, NotInReviewError, accept_clean, correct_head, settle
from importers.decisions.rows import DecisionHead
from importers.decisions.taking_back import take_back
from importers.models import BatchState, DecisionBatch, DecisionBatchFile, DecisionRow, RowState
from importers.screens.access import act, asks, batch_of, batches_of, may_on, say
from importers.screens.forms import HeadForm, UploadForm, digest

PER_PAGE = 50
THEIRS = "Có người khác vừa sửa quyết định này. Chữ bạn gõ vẫn còn ở dưới: so với bản họ lưu rồi bấm lưu lần nữa."
# The tabs of the list, doubtful first: name in the address → label, states.
TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "can-xem": ("Cần xem", (RowState.DOUBTFUL,)),
    "khong-nhan": ("Không nhận được", (RowState.REFUSED,)),
    "ro": ("Đọc rõ, chưa nhận", (RowState.CLEAN,)),
    "nhan": ("Đã nhận", (RowState.ACCEPTED,)),
    "bo-ra": ("Bỏ ra", (RowState.LEFT_OUT,)),
    "tat-ca": ("Tất cả", tuple(RowState.values)),
}
ROLES = {"source": "Nguồn đọc", "law": "Bản đã ký", "annex": "Phụ lục", "upload": "Tải lên"}


@asks(Right.VIEW)
def batches(request: HttpRequest) -> HttpResponse:
    """Every decision handed in, the newest first."""
    page = Paginator(batches_of(request.user).prefetch_related("files"), PER_PAGE).get_page(request.GET.get("trang"))
    context = {"page": page, "may_draft": places_with(request.user, Right.DRAFT) != []}
    return TemplateResponse(request, "decision_screens/batches.html", context)


@asks(Right.DRAFT)
def upload(request: HttpRequest) -> HttpResponse:
    """Hand in the files of one decision; reading begins at once in a process of its own."""
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        batch = _keep(form, request.user)  # type: ignore[arg-type]
        _start(request, batch)
        return redirect("desk_import", batch.pk)
    return TemplateResponse(request, "decision_screens/upload.html", {"form": form})


@transaction.atomic
def _keep(form: UploadForm, by: User) -> DecisionBatch:
    batch = DecisionBatch.objects.create(at=timezone.now(), by=by, agency=form.cleaned_data["agency"])
    for role, file in form.files_with_roles(form.cleaned_data):
        kept = DecisionBatchFile(batch=batch, name=(file.name or "tep")[-300:], sha256=digest(file.chunks()), role=role)
        file.seek(0)
        kept.file.save(f"{kept.sha256[:16]}.{(file.name or '').rsplit('.', 1)[-1].lower()}", file, save=True)
    return batch


def _start(request: HttpRequest, batch: DecisionBatch) -> None:
    try:
        worker.start(batch)
    except OSError as error:
        say(request, OSError(f"Máy chưa bắt đầu đọc được ({error}). Việc theo giờ sẽ đọc trong vài phút tới."))


# --- one batch -------------------------------------------------------------------------------------------------------


@asks(Right.VIEW)
def batch(request: HttpRequest, batch: int) -> HttpResponse:
    """One decision as it was read: what it says of itself, its items, what stands in the way, what to do next."""
    found = batch_of({"batch": batch})
    assert found
    if found.state in (BatchState.WAITING, BatchState.READING):
        return _waiting(request, found)
    head = from_plain(DecisionHead, found.head)
    form, told = _head_form(request, found, head)
    if form is None:
        return redirect("desk_import", found.pk)
    read = from_plain(DecisionHead, found.read_head)
    context = _context(request, found) | {"form": form, "head": head, "read": read, "told": told}
    return TemplateResponse(request, "decision_screens/batch.html", context, status=409 if told else 200)


def _waiting(request: HttpRequest, batch: DecisionBatch) -> HttpResponse:
    silent = bool(batch.heard_at and batch.heard_at < timezone.now() - worker.SILENCE)
    context = {"batch": batch, "silent": silent, "may_draft": may_on(request.user, Right.DRAFT, batch)}
    answer = TemplateResponse(request, "decision_screens/reading.html", context | {"files": _files(batch)})
    if not silent:
        # Looks again by itself, without a script.
        answer["Refresh"] = "2"
    return answer


def _context(request: HttpRequest, batch: DecisionBatch) -> dict[str, Any]:
    rows = batch.rows.order_by("ordinal")
    states_of = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    counts = {name: sum(states_of.get(one, 0) for one in states) for name, (_label, states) in TABS.items()}
    tab = request.GET.get("muc", "")
    tab = tab if tab in TABS else next((name for name in TABS if counts[name]), "tat-ca")
    open_for_review = batch.state == BatchState.REVIEW
    missing = obstacles(batch, issuer=batch.agency) if open_for_review else []
    of_items = [one for one in missing if one.startswith("Mục ")]
    chosen = rows.filter(state__in=TABS[tab][1]).select_related("checked_by")
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("trang"))
    return {
        "batch": batch,
        "files": _files(batch),
        "page": page,
        "rows": [(row, _first_words(row)) for row in page],
        "tabs": [(name, label, counts[name], name == tab) for name, (label, _states) in TABS.items()],
        "tab": tab,
        "whole": rows.filter(parent=None).count(),
        "subcases": rows.exclude(parent=None).count(),
        "clean": counts["ro"],
        "next": rows.filter(state__in=(RowState.DOUBTFUL, RowState.REFUSED)).first(),
        "obstacles": missing,
        "problems": [
            (place, one, is_open_question(one))
            for place, one in enumerate(batch.problems)
            if one["code"] not in ANSWERED_BY_HEAD
        ],
        "of_head": [one for one in missing if not one.startswith("Mục ")],
        "of_items": of_items[:PER_PAGE],
        "unshown": len(of_items[PER_PAGE:]),
        "open": open_for_review,
        "may_draft": may_on(request.user, Right.DRAFT, batch),
        "may_publish": may_on(request.user, Right.PUBLISH, batch),
        "may_open_again": can_open_again(batch) and may_on(request.user, Right.DRAFT, batch),
    }


def _files(batch: DecisionBatch) -> list[tuple[DecisionBatchFile, str]]:
    return [(file, ROLES.get(file.role, file.role)) for file in batch.files.all()]


def _first_words(row: DecisionRow) -> str:
    """Why an item must be looked at, in one line."""
    said = [one["message"] for one in row.row["problems"]]
    said += [value["doubt"] for value in row.row["values"].values() if value["doubt"]]
    return row.reason if row.state == RowState.LEFT_OUT else " ".join(said)


def _head_form(
    request: HttpRequest, batch: DecisionBatch, head: DecisionHead
) -> tuple[HeadForm | None, list[tuple[str, str]]]:
    """The form of the head; None once it was saved. What somebody else wrote meanwhile is told, and nothing typed is
    lost."""
    initial = {"agency": batch.agency, "version": batch.version}
    form = HeadForm(request.POST or None, user=request.user, head=head, initial=initial)
    if request.method != "POST":
        return form, []
    if not may_on(request.user, Right.DRAFT, batch):
        raise PermissionDenied
    if not form.is_valid():
        return form, []
    try:
        correct_head(
            batch=batch,
            version=form.cleaned_data["version"],
            values=form.values(),
            agency=form.cleaned_data["agency"],
            by=request.user,  # type: ignore[arg-type]
        )
    except NotInReviewError as closed:
        say(request, closed)
        return None, []
    except BatchChangedError:
        batch.refresh_from_db()
        form.take_version(batch.version)
        form.add_error(None, THEIRS)
        now = HeadForm(user=request.user, head=from_plain(DecisionHead, batch.head), initial={"agency": batch.agency})
        fields = [now[name] for name in now.fields if name != "version"]
        return form, [(str(field.label), str(field.initial or "–")) for field in fields]
    return None, []


@asks(Right.VIEW)
def file(request: HttpRequest, file: int) -> FileResponse:
    """A file as it was handed in; it is saved, never shown inside the admin."""
    kept = get_object_or_404(DecisionBatchFile, pk=file)
    return FileResponse(
        kept.file.open("rb"), as_attachment=True, filename=kept.name, content_type="application/octet-stream"
    )


# --- buttons ---------------------------------------------------------------------------------------------------------


@act(Right.DRAFT, "Đang đọc lại.")
def read_again(request: HttpRequest, batch: DecisionBatch) -> None:
    """Read once more what could not be read."""
    if worker.read_again(batch):
        _start(request, batch)


@act(Right.DRAFT, "Đã nhận mọi mục đọc rõ.")
def accept_all(request: HttpRequest, batch: DecisionBatch) -> None:
    """Take over what was read without a doubt."""
    accept_clean(batch=batch, version=_version(request), by=request.user)  # type: ignore[arg-type]


@act(Right.DRAFT, "Đã ghi câu trả lời.")
def answer(request: HttpRequest, batch: DecisionBatch) -> None:
    """Say how a question on the whole decision was settled."""
    settle(
        batch=batch,
        version=_version(request),
        place=int(request.POST["place"]),
        answer=request.POST.get("answer", ""),
        by=request.user,  # type: ignore[arg-type]
    )


@act(Right.DRAFT, "Đã lập dự thảo từ tệp. Đọc lại một lượt rồi bấm Trình duyệt.")
def make_draft(request: HttpRequest, batch: DecisionBatch) -> str:
    """The reviewed batch becomes a draft decision, whole or not at all."""
    decision = apply(batch=batch, by=request.user, version=_version(request))  # type: ignore[arg-type]
    return reverse("desk_decision", args=[decision.pk])


@act(Right.DRAFT, "Đã thu hồi đợt nhập.")
def undo(request: HttpRequest, batch: DecisionBatch) -> None:
    """Take back what came of the batch, with the reason."""
    note = request.POST.get("note", "").strip()
    if not note:
        raise ValidationError("Hãy ghi lý do thu hồi.")
    take_back(batch=batch, by=request.user, note=note)  # type: ignore[arg-type]


@act(Right.DRAFT, "Đã mở lại với mọi điều đã trả lời. Hãy sửa chỗ sai rồi lập dự thảo.")
def open_anew(request: HttpRequest, batch: DecisionBatch) -> str:
    """What was taken back comes to review once more."""
    return reverse("desk_import", args=[open_again(batch=batch, by=request.user).pk])  # type: ignore[arg-type]


def _version(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() else -1
