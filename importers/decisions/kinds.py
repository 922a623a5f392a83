"""Which kind of decision a file is. Decisions that approve internal processes, or announce procedures inside the
administration, look almost the same as announcements and must never enter the public catalogue."""

import re

from cms.text import fold
from importers.decisions.rows import DecisionHead, RefusedKindError

_APPROVES = re.compile(r"^(?:ve viec |v/v )?(?:phe duyet|ban hanh|sua doi|bai bo)\b.*\bquy trinh (?:noi bo|dien tu)")
_ARTICLE_APPROVES = re.compile(r"^dieu 1\W*(?:nay )?(?:phe duyet|ban hanh)\b.*\bquy trinh (?:noi bo|dien tu)")
_INTERNAL = re.compile(r"\b(?:tthc|thu tuc hanh chinh) noi bo\b")
_PUBLIC = re.compile(r"\b(?:tthc|thu tuc hanh chinh)\b(?! noi bo)")


def refuse_other_kinds(head: DecisionHead, articles: list[str], file: str) -> None:
    """Raise RefusedKindError for a decision that is no announcement of public procedures, with how that was seen."""
    title = " ".join(fold(head.title).split())
    first = " ".join(fold(articles[0]).split()) if articles else ""
    announces = "cong bo" in first.split(".", 1)[-1][:200] or title.startswith("cong bo")
    if _APPROVES.search(title) or (_ARTICLE_APPROVES.search(first) and not announces):
        raise RefusedKindError(
            f"{file}: đây là quyết định phê duyệt quy trình nội bộ, không phải quyết định công bố (trích yếu: "
            f"“{head.title[:150]}”). Quy trình nội bộ không đưa vào danh mục công khai. "
            "Hãy nạp quyết định công bố đi kèm.",
            "internal_process",
        )
    if _INTERNAL.search(title) and not _PUBLIC.search(_INTERNAL.sub(" ", title)):
        raise RefusedKindError(
            f"{file}: đây là quyết định công bố thủ tục hành chính nội bộ (trích yếu: “{head.title[:150]}”). "
            "Thủ tục nội bộ giữa các cơ quan không đưa vào danh mục công khai.",
            "internal_procedures",
        )
