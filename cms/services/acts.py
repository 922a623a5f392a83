"""What every act of an editor goes through: is it allowed here, and the line of the log that says who did it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cms.models import Agency, Decision, DecisionAct, User
from cms.selectors.rights import Right, may

RIGHT_WORDS = {
    Right.VIEW: "xem",
    Right.DRAFT: "soạn, sửa quyết định",
    Right.COMMENT: "góp ý",
    Right.CHECK: "kiểm soát quyết định",
    Right.APPROVE: "duyệt quyết định",
    Right.PUBLISH: "công khai, thu hồi quyết định",
    Right.WAIVE: "bỏ qua cảnh báo",
    Right.CONTACT: "sửa liên hệ",
    Right.POST: "ghi sổ niêm yết",
    Right.ADMINISTER: "phân quyền",
}


class NotAllowedError(PermissionDenied):
    """The person's roles do not allow this act at this agency; the message says so in Vietnamese."""


def require(by: User, right: Right, agency: Agency) -> None:
    """Raises NotAllowedError unless the person holds the right at the agency."""
    if not may(by, right, agency):
        raise NotAllowedError(
            f"Tài khoản {by} không có quyền {RIGHT_WORDS[right]} ở {agency.name}. Hãy nhờ người quản trị phân quyền."
        )


def log_act(decision: Decision, kind: str, by: User | None, **values: Any) -> DecisionAct:
    """Write one line of the decision's log."""
    return DecisionAct.objects.create(decision=decision, kind=kind, by=by, at=timezone.now(), **values)
