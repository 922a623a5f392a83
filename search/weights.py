"""Every number that decides the order of hits, each with its reason, in this one file: when a weight's reason is
forgotten nobody dares to change it. First the engine finds and roughly orders candidates by column, then `rank` orders
the best of them by how their names agree with what was typed. Both engines use the same second step."""

from typing import Final

from cms.vocabulary import AdministrativeLevel

# --- first step: columns of the index (bm25) -------------------------------------------------------------------------

# They stand in the SQLite index: raise `document.SCHEMA` when one changes.
COLUMNS: Final[dict[str, float]] = {
    # What people call a procedure is nearly always a part of its name.
    "name": 10.0,
    # The same words with their marks: typed marks must count already when the first candidates are cut.
    "marked": 4.0,
    # Two syllables make a word in Vietnamese ("khai sinh"); the pair separates it from the same syllables apart.
    "pairs": 6.0,
    # "hộ tịch", "đất đai": people type the sector, but hundreds of procedures share one.
    "sector": 2.0,
    # "công an xã", "sở tư pháp": narrows, seldom identifies.
    "agency": 1.5,
    # The paper one wants ("bản sao trích lục") or brings; shorter and nearer to the need than the steps.
    "papers": 2.0,
    # Steps, conditions, legal bases: long, they hold nearly every word, so they find but hardly order.
    "text": 0.5,
}
# What is asked first is mostly the errand, what follows narrows it; the judged open half falls by 0.0005 without.
FIRST: Final = 2.0
# So many other words may stand between the query's words in a long text: "trợ cấp … thất nghiệp", one clause apart.
CLOSE: Final = 4
# Of more words than this the whole is never close together; looking costs time.
CLOSEST: Final = 8
# How many names the rare words and pairs may stand in together when likely documents are looked for.
LOOKED_AT: Final = 4_000
# How many likely documents are compared.
LIKELY: Final = 100
# A name that holds this share of what was asked is an answer: then no likeness is looked for.
ENOUGH: Final = 0.85
# A likeness is shown when its name holds this share of what was asked, or this share of what the best one holds.
LIKENESS_HELD: Final = 0.15
LIKENESS_OF_BEST: Final = 0.5
# How many of the first step's hits the second step orders again: four pages. With 200 the judged queries come out the
# same, and each costs 30 µs.
RERANKED: Final = 80
# bm25 gives words that half of all documents hold next to nothing; scores made of nothing else order nothing.
LEAST_SCORE: Final = 0.01
# Of more words than this as typed some long text holds them all by chance: then the correction's order stands.
AS_TYPED: Final = 3
# How many hits are shown when none holds all words: likenesses, not an answer to count.
LOOSE: Final = 40

# --- second step: how the name agrees --------------------------------------------------------------------------------

# Share of the query's words (rare ones weigh more) that stand in the name, marks agreeing. The yardstick: 1 per query.
NAME: Final = 1.0
# A word of the question ("thủ tục", "làm") counts so much of a word of the subject.
FILLER: Final = 0.2
# Share of the query's neighbours that are neighbours in the name, in that order: "khai sinh", not "sinh … khai".
# Less than the gap between agreeing and contradicting marks, so marked words come before a folded phrase.
PHRASE: Final = 0.4
# The whole query stands in the name as one phrase with its marks: exact marked phrase before everything.
WHOLE: Final = 0.25
# The name, without "Thủ tục", begins with the query: "cấp hộ chiếu…" before "… từ chối cấp hộ chiếu".
BEGINS: Final = 0.15
# How much of the name was asked for. Small: it orders equals, so that the shorter, ordinary name comes first.
PRECISION: Final = 0.6
# Words found in the sector, papers or text only. Much less than in the name.
TEXT: Final = 0.3
# A phrase of the dictionary whose words stand in the name apart: a likeness ("quyền … sử dụng … đất").
APART: Final = 0.7
# So many of a phrase's words tell something, rarest first: "giấy chứng nhận quyền sử dụng đất" is one idea, not seven.
PHRASE_TELLS: Final = 3
# No word tells more than this, in nats: a word that one name in 2,500 holds is not worth three of the errand.
RAREST: Final = 4.5
# A syllable that stands in the name without the neighbour it was typed with: half a word says little.
LONE: Final = 0.7
# A lone word that no name holds beside its neighbours belongs to the asker's story; it counts so much.
STRANGER: Final = 0.6
# What a word tells that no name holds, in nats: as little as "đăng ký". It can lift nothing, only lower what is held.
UNKNOWN: Final = 1.5
# An idea that stands in the sector, the agency or another name of the procedure, not in its name: it says what the
# procedure is about.
AROUND: Final = 0.3
# A special case that was not asked for ("có yếu tố nước ngoài" when birth was typed).
SPECIAL: Final = 0.15
# A person's errand is at the commune, then the province; ministries' own procedures are for few. Orders near equals.
LEVELS: Final[dict[str, float]] = {
    AdministrativeLevel.COMMUNE: 0.1,
    AdministrativeLevel.PROVINCE: 0.06,
    AdministrativeLevel.DISTRICT: 0.03,
    AdministrativeLevel.CENTRAL: 0.0,
    AdministrativeLevel.OTHER: 0.0,
    # Nobody stated a level (births and driving licences among them): as likely a person's errand as a province's.
    "": 0.06,
}

# Sectors of everyday errands: births, homes, papers, cars, houses, small trade. It orders equals only.
SECTORS: Final[dict[str, float]] = dict.fromkeys(
    (
        "ho-tich", "dang-ky-quan-ly-cu-tru", "cap-quan-ly-can-cuoc", "chung-thuc", "dat-dai",
        "quan-ly-xuat-nhap-canh", "sat-hach-cap-giay-phep-lai-xe",
        "dang-ky-quan-ly-phuong-tien-giao-thong-co-gioi-xe-may-chuyen-dung", "thuc-hien-chinh-sach-bhxh",
        "thanh-lap-va-hoat-dong-cua-doanh-nghiep", "hoat-dong-xay-dung", "nuoi-con-nuoi",
    ),
    0.03,
)  # fmt: skip

# --- wordings: how far each is to be trusted -------------------------------------------------------------------------

# As typed is 1. Less than the gap between two names that agree otherwise, so what was typed stays first.
SOURCES: Final[dict[str, float]] = {
    # One meaning, written short.
    "abbreviation": 0.97,
    # The name of yesterday's law: the same thing.
    "former": 0.95,
    # Mostly this, now and then something else.
    "colloquial": 0.95,
    "teencode": 0.95,
    "slip": 0.9,
    "filler": 0.9,
    # Today's name for a place of yesterday, or who does a commune's errands: it orders only.
    "place": 0.9,
}
# Who writes an entry names the likeliest meaning first; each later one is trusted so much of the one before it.
LATER: Final = 0.94
# Left-over keystrokes leave hardly a doubt; a letter wrong leaves some.
KEYSTROKES: Final = 0.97
SLIP: Final = 0.9
# A word that exists and may still be a slip ("phụ" for "phục" after "khôi"): only where nothing better is found.
LIKENESS: Final = 0.6
# Being known beside its neighbours tells more of a meant word than being common.
SLIP_NEIGHBOUR: Final = 3.0
# A word that sounds alike (s/x, ch/tr, i/y) is the likelier slip.
SLIP_SOUND: Final = 1.5
# So many names must hold a pair before it makes a stranger out of a word; and queries of more words are questions.
SLIP_SEEN: Final = 2
SLIP_LONGEST: Final = 8

# Marks of a special case, folded: read off the names of the national catalogue that differ from an ordinary one by
# exactly such words.
SPECIAL_CASES: Final[tuple[str, ...]] = (
    "trinh bao mat",
    "khoi phuc",
    "bi mat",
    "xoa",
    "yeu to nuoc ngoai",
    "nguoi nuoc ngoai",
    "o nuoc ngoai",
    "khu vuc bien gioi",
    "tai nuoc ngoai",
    "luu dong",
    "dang ky lai",
    "cap lai",
    "cap doi",
    "sua doi",
    "bo sung",
    "dieu chinh",
    "gia han",
    "thu hoi",
    "tra lai",
    "huy bo",
    "cham dut",
    "tam ngung",
    "tam dung",
    "khieu nai",
    "to cao",
    "quan doi",
    "luc luong vu trang",
    "cong an nhan dan",
    "co quan dai dien",
    "thi diem",
    "theo yeu cau cua co quan",
    "truong hop",
    "doi voi",
)
