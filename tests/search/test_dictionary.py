"""The shipped dictionary: well formed, big enough, alive in the real catalogue, and loaded without losing an edit."""

import json
from collections import Counter
from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from search.dictionary_check import OUTSIDE, Catalogue, leads_nowhere
from search.dictionary_loading import load
from search.models import DictionaryEntry
from search.synonyms import KINDS, SHIPPED, Dictionary, Entry, dictionary, read_entries
from search.words import bare, marked_words

FEWEST = 1_000
# Long texts hold nearly every phrase; a phrase that stands only there finds no procedure of its own.
LONG_TEXTS = frozenset(["trinh_tu_thuc_hien", "cach_thuc_thuc_hien", "can_cu_phap_ly", "yeu_cau_dieu_kien", "content"])
# Unmarked they are also these syllables of names; a filler must never take a name's word away.
CONTENT = ("nhà", "đất", "thuế", "thuê", "vay", "bán", "căn", "tỉnh", "họ", "hộ", "nợ", "sổ", "mã", "cá", "báo", "từ")


@pytest.fixture(scope="module")
def entries():
    return read_entries(SHIPPED)


def test_there_are_enough_entries_of_every_kind(entries):
    counts = Counter(entry.kind for entry in entries)
    assert len(entries) >= FEWEST
    assert set(counts) == set(KINDS)
    assert min(counts.values()) >= 40


def test_keys_are_unique_and_no_phrase_stands_in_two_entries(entries):
    assert [key for key, times in Counter(entry.key for entry in entries).items() if times > 1] == []
    typed = Counter(phrase.lower() for entry in entries for phrase in entry.phrases)
    assert [phrase for phrase, times in typed.items() if times > 1] == []


def test_only_filler_means_nothing(entries):
    assert [entry.phrases for entry in entries if (entry.kind == "filler") != (not entry.official)] == []


def test_no_single_syllable_of_filler_is_a_content_word_typed_without_marks(entries):
    phrases = [marked_words(phrase) for entry in entries if entry.kind == "filler" for phrase in entry.phrases]
    filler = {words[0] for words in phrases if len(words) == 1}
    assert filler.isdisjoint(map(bare, (word for text in CONTENT for word in marked_words(text))))


def real_texts(shared_data):
    for source in ("dvcqg-ministries", "bqp-structured"):
        with (shared_data / source / "procedures.jsonl").open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield from strings({key: value for key, value in row.items() if key not in LONG_TEXTS})
    for path in (shared_data / "dvcqg-ministries" / "xlsx-catalogues").glob("*.xlsx"):
        for row in openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True):
            yield from (str(cell) for cell in row if cell)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


@pytest.mark.slow
def test_every_official_phrase_stands_in_the_real_catalogue(shared_data, entries):
    lost = leads_nowhere(entries, Catalogue.of(real_texts(shared_data)))
    assert [(entry.phrases[0], phrases) for entry, phrases in lost] == []


def test_an_entry_that_leads_nowhere_is_named_unless_its_note_says_so():
    catalogue = Catalogue.of(["Cấp giấy phép lái xe"])
    good = Entry(("bằng lái",), ("giấy phép lái xe",))
    bad = Entry(("bằng lái",), ("giấy phép lái xe", "giấy phép lái đò"))
    marked = Entry(("bằng lái",), ("giấy phép lái đò",), note=f"{OUTSIDE}: nạp sau")
    assert leads_nowhere([good, bad, marked], catalogue) == [(bad, ["giấy phép lái đò"])]


@pytest.mark.parametrize(
    "lines",
    [
        "phrases\tofficial\n",
        "{head}\nsổ đỏ\tgiấy\tslang\t0\t1\t\n",
        "{head}\n\tgiấy\tslip\t0\t1\t\n",
        "{head}\nsổ đỏ\n",
    ],
)
def test_a_broken_line_is_named(tmp_path, lines):
    path = tmp_path / "tu-dien.tsv"
    path.write_text(lines.format(head=SHIPPED.read_text(encoding="utf-8").splitlines()[0]), encoding="utf-8")
    with pytest.raises(ValueError, match=r"tu-dien\.tsv:\d"):
        read_entries(path)


@pytest.mark.django_db
def test_the_shipped_entries_survive_the_database(entries):
    load(entries)
    assert [row.entry for row in DictionaryEntry.objects.order_by("pk")] == entries
    assert dictionary().entries != ()


@pytest.mark.django_db
def test_loading_again_writes_nothing():
    out = StringIO()
    call_command("load_dictionary", stdout=out)
    before = list(DictionaryEntry.objects.values_list("pk", "changed_at"))
    call_command("load_dictionary", stdout=out)
    assert list(DictionaryEntry.objects.values_list("pk", "changed_at")) == before
    assert "thêm 0, làm mới 0, bỏ 0" in out.getvalue().splitlines()[-1]


@pytest.mark.django_db
def test_a_new_version_renews_what_no_editor_touched_and_keeps_the_rest():
    first = [Entry(("sổ đỏ",), ("a",)), Entry(("bìa đỏ",), ("a",)), Entry(("sổ hồng",), ("a",)), Entry(("cũ",), ("a",))]
    load(first)
    DictionaryEntry.objects.filter(phrases="bìa đỏ").update(official="của biên tập viên")
    DictionaryEntry.objects.get(phrases="sổ hồng").delete()
    DictionaryEntry.objects.create(phrases="riêng", official="b")
    done = load([Entry((one.phrases[0],), ("mới",)) for one in first[:3]] + [Entry(("thêm",), ("mới",))])
    assert (done.added, done.renewed, done.removed, done.edited) == (1, 1, 1, 2)
    held = {row.phrases: (row.official, row.active) for row in DictionaryEntry.objects.all()}
    assert held == {
        "sổ đỏ": ("mới", True),
        "bìa đỏ": ("của biên tập viên", True),
        "sổ hồng": ("a", False),
        "thêm": ("mới", True),
        "riêng": ("b", True),
    }
    assert ("sổ hồng",) not in [entry.phrases for entry in dictionary().entries]


@pytest.mark.django_db
def test_the_check_fails_where_an_entry_leads_nowhere():
    DictionaryEntry.objects.create(phrases="sổ đỏ", official="từ không có")
    out = StringIO()
    with pytest.raises(CommandError, match="1 mục"):
        call_command("check_dictionary", stdout=out)
    assert "sổ đỏ → từ không có" in out.getvalue()
    DictionaryEntry.objects.update(note=OUTSIDE)
    call_command("check_dictionary", stdout=out)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("so do", "giấy chứng nhận quyền sử dụng đất"),
        ("sổ hồng", "giấy chứng nhận quyền sử dụng đất"),
        ("làm passport", "hộ chiếu"),
        ("giay doc than", "giấy xác nhận tình trạng hôn nhân"),
        ("vk", "vợ"),
        ("GPLX", "giấy phép lái xe"),
        ("cắt khẩu", "xóa đăng ký thường trú"),
        ("sang tên xe", "đăng ký sang tên xe"),
        ("giải chấp", "xóa đăng ký biện pháp bảo đảm"),
        ("tach so", "tách thửa"),
        ("sở tài nguyên môi trường", "sở nông nghiệp và môi trường"),
    ],
)
def test_what_people_say_leads_to_official_words(entries, typed, meant):
    words = [(bare(word), word) for word in marked_words(typed)]
    length, entry = Dictionary(entries).matches(words, 0)[0]
    assert length == len(words)
    assert meant in entry.official
