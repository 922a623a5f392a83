"""Submission tables that a crawl turned into one run-on string: header words, then for each row a channel, a time, a
fee cell and a description without any mark between them. Rows are cut only where channel, time and fee head follow each
other directly; inside a row every character goes into one field, so that the rows put together give the text again."""

import re

from cms.vocabulary import ChannelKind, CostDoubt, CostReading, TimeReading, TimeUnit
from importers.normalise.money import HEAD_AMOUNT, read_head_amount, read_number, sums_in
from importers.normalise.words import NO_INFORMATION, Note, is_not_published, plain
from importers.rows import ChannelRow, CostRow, TimeRow

HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"
CHANNELS = {
    "Trực tiếp": ChannelKind.IN_PERSON,
    "Trực tuyến": ChannelKind.ONLINE,
    "Dịch vụ bưu chính": ChannelKind.POST,
}
UNITS = {
    "ngày làm việc": TimeUnit.WORKING_DAY,
    "ngày": TimeUnit.DAY,
    "giờ làm việc": TimeUnit.WORKING_HOUR,
    "giờ": TimeUnit.HOUR,
    "tuần": TimeUnit.WEEK,
    "tháng": TimeUnit.MONTH,
    "năm": TimeUnit.YEAR,
    "phút": TimeUnit.MINUTE,
}
_FREE = "Miễn phí"
_NUMBER = r"\d+(?:[.,]\d+)?"
_UNIT = "|".join(UNITS)
_CHANNEL = "|".join(CHANNELS)
_WORD_HEAD = rf"{_FREE}|{NO_INFORMATION}"
_HEAD = re.compile(rf"{HEAD_AMOUNT}|{_WORD_HEAD}")
# The order matters: a number before a unit is a time, a number before a word head a bare time, and digits that run on
# into a currency are both at once, with no certain cut. A time in words ends where the head begins.
_ROW = re.compile(
    rf"(?P<channel>{_CHANNEL})(?:"
    rf"(?P<unit>{_NUMBER} (?i:{_UNIT}))(?={HEAD_AMOUNT}|{_WORD_HEAD})"
    rf"|(?P<none>{NO_INFORMATION})(?={HEAD_AMOUNT}|{_WORD_HEAD})"
    rf"|(?P<bare>{_NUMBER})(?={_WORD_HEAD})"
    rf"|(?P<glued>)(?={HEAD_AMOUNT})"
    rf"|(?P<words>[^\W\d_](?:(?!{_CHANNEL}|\n).){{0,200}}?)(?={HEAD_AMOUNT}|{_WORD_HEAD}))"
)
_TIME = re.compile(rf"({_NUMBER})\s*({_UNIT})", re.IGNORECASE)
NOTHING_TO_PAY = frozenset({
    "khong", "khong co", "khong co phi", "khong co le phi", "khong co phi le phi", "khong mat phi", "khong phai nop",
    "khong phai nop phi", "khong phai nop phi le phi", "khong phi", "khong phi le phi", "khong thu", "khong thu le phi",
    "khong thu phi", "khong thu phi le phi", "mien", "mien le phi", "mien phi", "mien phi le phi", "mien thu phi",
})  # fmt: skip
_FEE_WORD = re.compile(r"\b(?:lệ )?phí\b", re.IGNORECASE)
_FEE_RULE = re.compile(r"quy định tại|theo quy định|thông tư|nghị quyết|biểu mức", re.IGNORECASE)
_SAID_FREE = re.compile(r"không (?:phải )?(?:thu|nộp|mất)\b[^.;\n]{0,20}phí|miễn (?:thu )?(?:lệ )?phí", re.IGNORECASE)
_SENTENCE = re.compile(r"[\n;]|\.(?=\s|$)")
_NEAR = 80  # characters between the word and the sum


def read_time(text: str) -> TimeRow:
    """A time cell on its own: a number with a unit, a number alone, nothing, or words. No unit is ever filled in."""
    if is_not_published(text):
        return TimeRow(TimeReading.NOT_STATED, text)
    if found := _TIME.fullmatch(text.strip()):
        return TimeRow(TimeReading.UNIT, text, read_number(found.group(1)), UNITS[found.group(2).lower()])
    if re.fullmatch(_NUMBER, text.strip()):
        return TimeRow(TimeReading.BARE, text, read_number(text.strip()))
    return TimeRow(TimeReading.OTHER, text)


def _closing(text: str, opening: int) -> int | None:
    """Where the bracket opened at `opening` is closed, each inner bracket taking its own ")"."""
    depth = 0
    for found in re.finditer(r"[()]", text[opening:]):
        depth += 1 if found.group() == "(" else -1
        if depth == 0:
            return opening + found.start()
    return None


def _clause(text: str, start: int, end: int) -> str:
    """The part of a bracket between semicolons or line ends that holds text[start:end]."""
    left = max(text.rfind(mark, 0, start) for mark in ";\n") + 1
    ends = [at for at in (text.find(mark, end) for mark in ";\n") if at >= 0]
    return text[left : min(ends, default=len(text))].strip()


def bracketed_costs(inside: str) -> list[CostRow]:
    """One unverified row for each sum in the words beside a head, with its clause."""
    return [
        CostRow(
            CostReading.BRACKETED,
            inside[found.start : found.end],
            found.amount,
            found.currency,
            _clause(inside, found.start, found.end),
            certain=False,
        )
        for found in sums_in(inside)
    ]


def _head_row(text: str, glued: bool) -> CostRow:
    if text == _FREE:
        return CostRow(CostReading.FREE, text)
    if text == NO_INFORMATION:
        return CostRow(CostReading.NOT_PUBLISHED, text)
    amount, currency = read_head_amount(text)
    if glued:
        return CostRow(CostReading.AMOUNT, text, None, currency, doubts=(CostDoubt.GLUED,), certain=False)
    if amount is None:
        return CostRow(CostReading.OTHER, text, None, currency, certain=False)
    small = currency == "VND" and 0 < amount < 1000
    doubts = (CostDoubt.THOUSANDS,) if small else ()
    return CostRow(CostReading.AMOUNT, text, amount, currency, doubts=doubts, certain=not doubts)


def _doubt(row: CostRow, doubt: CostDoubt) -> None:
    row.doubts = (*row.doubts, doubt)
    row.certain = False


def _with_bracket(head: CostRow, inside: str, closed: bool) -> list[CostRow]:
    """The head with the words of its bracket, and the sums in them."""
    head.clause = inside
    if not closed:
        _doubt(head, CostDoubt.UNBALANCED)
        return [head]
    sums = bracketed_costs(inside)
    if head.kind == CostReading.FREE:
        if sums:
            _doubt(head, CostDoubt.FREE_WITH_AMOUNT)
        elif plain(inside) not in NOTHING_TO_PAY:
            _doubt(head, CostDoubt.FREE_WITH_CLAUSE)
    return [head, *sums]


def _costs(text: str, glued: bool) -> tuple[list[CostRow], int]:
    """The fee cell at the start of `text`, and where the description begins."""
    costs: list[CostRow] = []
    at = 0
    while found := _HEAD.match(text, at):
        head = _head_row(found.group(), glued and at == 0)
        at = found.end()
        if text.startswith("(", at):
            end = _closing(text, at)
            inside = text[at + 1 : end]
            if end is not None and not inside:
                head.text += "()"
            costs += _with_bracket(head, inside, end is not None) if inside or end is None else [head]
            at = len(text) if end is None else end + 1
        else:
            costs.append(head)
    return costs, at


def describes_fee(text: str) -> bool:
    """Whether a description states a fee: the word phí or lệ phí near a sum with its currency, in one sentence."""
    for found in sums_in(text):
        if not found.amount:
            continue
        before = _SENTENCE.split(text[max(0, found.start - _NEAR) : found.start])[-1]
        after = _SENTENCE.split(text[found.end : found.end + _NEAR])[0]
        if _FEE_WORD.search(before) or _FEE_WORD.search(after):
            return True
    return False


def refers_to_fee_rule(text: str) -> bool:
    """Whether a description sends to a rule for the fee: the word phí or lệ phí near "theo quy định", "Thông tư", … in
    one sentence, and nowhere the plain words that nothing is paid."""
    if _SAID_FREE.search(text):
        return False
    for sentence in _SENTENCE.split(text):
        for fee in _FEE_WORD.finditer(sentence):
            if _FEE_RULE.search(sentence, max(0, fee.start() - _NEAR), fee.end() + _NEAR):
                return True
    return False


def _time_row(found: re.Match[str]) -> TimeRow:
    if found["glued"] is not None:
        return TimeRow(TimeReading.BARE, "")
    return read_time(found["unit"] or found["none"] or found["bare"] or found["words"])


def notes_on(row: ChannelRow, raw: str) -> list[Note]:
    """What the report says about one row: its doubtful fees, and a time that is no number with a unit."""
    notes = []
    for cost in row.costs:
        for doubt in cost.doubts:
            notes.append(Note(f"FEE_{doubt}", raw, str(CostDoubt(doubt).label)))
    kind = row.time.kind if row.time else TimeReading.NOT_STATED
    if kind == TimeReading.BARE:
        notes.append(Note("TIME_BARE", raw, "Thời hạn chỉ có số, không có đơn vị; giữ nguyên, không điền đơn vị."))
    elif kind == TimeReading.OTHER:
        notes.append(Note("TIME_WORDS", raw, "Thời hạn viết bằng lời; giữ nguyên chữ."))
    return notes


def take_apart_channels(text: str) -> tuple[list[ChannelRow], list[Note]]:
    """The rows of a run-on submission table (clean text), in order, and what is doubtful about them.

    No rows and one note when the text is not such a table; nothing at all when it is not published.
    """
    if is_not_published(text):
        return [], []
    body = text.removeprefix(HEADER)
    starts = list(_ROW.finditer(body))
    if not starts or body[: starts[0].start()].strip():
        return [], [Note("CHANNELS_UNREADABLE", text, "Không nhận ra bảng cách thức nộp; giữ nguyên cả đoạn chữ.")]
    rows, notes = [], []
    ends = [*(found.start() for found in starts[1:]), len(body)]
    for found, end in zip(starts, ends, strict=True):
        raw = body[found.end() : end]
        costs, at = _costs(raw, found["glued"] is not None)
        description = raw[at:].strip()
        free = [cost for cost in costs if cost.kind == CostReading.FREE]
        if free and (describes_fee(description) or refers_to_fee_rule(description)):
            for cost in free:
                _doubt(cost, CostDoubt.FREE_BUT_DESCRIBED)
        row = ChannelRow(CHANNELS[found["channel"]], _time_row(found), costs, description)
        rows.append(row)
        notes += notes_on(row, body[found.start() : end])
    return rows, notes
