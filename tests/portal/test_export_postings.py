"""Words kept from one export to the next: after any change they are what reckoning all of them gives."""

import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.export.postings import Postings, kept_postings, numbers, postings_of, read_numbers, write_postings

TEXTS = st.lists(st.sampled_from(["cấp", "cap", "giấy", "giay", "phép", "lại", "sổ", "đỏ"]), max_size=6).map(" ".join)
DOCS = st.dictionaries(st.integers(1, 300), st.tuples(*[TEXTS] * 5), max_size=8)


def index(docs):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE doc(id INTEGER PRIMARY KEY, words, around, papers)")
    connection.execute("CREATE TABLE fts(sector, agency)")
    for pk, (words, around, papers, sector, agency) in docs.items():
        connection.execute("INSERT INTO doc VALUES (?, ?, ?, ?)", (pk, words, around, papers))
        connection.execute("INSERT INTO fts(rowid, sector, agency) VALUES (?, ?, ?)", (pk, sector, agency))
    return connection


@settings(deadline=None)
@given(before=DOCS, added=DOCS, gone=st.sets(st.integers(1, 300), max_size=300))
def test_kept_words_are_those_reckoned_from_all_procedures(before, added, gone):
    kept = postings_of(index(before), Postings())
    now = {pk: texts for pk, texts in before.items() if pk not in gone} | added
    assert postings_of(index(now), kept) == postings_of(index(now), Postings())


def test_words_are_kept_in_a_file_and_a_broken_one_keeps_nothing(tmp_path):
    (tmp_path / ".cong-xuat").mkdir()
    words = postings_of(index({7: ("cấp cap cấp cấp", "sổ", "", "giấy", "")}), Postings())
    write_postings(tmp_path, words)
    assert kept_postings(tmp_path) == words
    (tmp_path / ".cong-xuat" / "tu.json").write_text("[]")
    assert kept_postings(tmp_path) == Postings() == kept_postings(tmp_path / "khong-co")
    assert read_numbers(numbers([0, 45, 46, 3000, 10**9])) == [0, 45, 46, 3000, 10**9]
