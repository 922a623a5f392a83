"""What every engine must do alike. A new engine joins with a class of its own and its `engine` fixture; it skips with a
reason where its server is absent, and must run in CI."""

import time
import unicodedata
from functools import partial

import pytest

from search import engine as door
from search.backends import Filters, sqlite_index
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.elasticsearch_index import ElasticsearchIndex
from search.backends.sqlite import SqliteBackend
from search.document import State
from search.synonyms import shipped
from tests.search.corpus import copies, corpus

# The shipped dictionary, so that no database is asked.
search = partial(door.search, dictionary=shipped())
suggest = partial(door.suggest, dictionary=shipped())


class Behaviour:
    """The suite. `engine` is an engine over the corpus."""

    @pytest.fixture
    def ask(self, engine):
        return lambda query, **values: [hit.code for hit in search(query, engine=engine, **values).hits]

    @pytest.mark.parametrize(
        "query", ["đăng ký khai sinh", "dang ky khai sinh", "Đăng Ký KHAI SINH", "đang ky khai sinh"]
    )
    def test_marks_typed_or_not_find_the_ordinary_case_first(self, ask, query):
        assert ask(query)[:2] == ["1.001193", "2.000528"]

    def test_composed_and_decomposed_text_answer_alike(self, ask):
        composed = unicodedata.normalize("NFC", "hộ chiếu phổ thông")
        assert ask(composed) == ask(unicodedata.normalize("NFD", composed)) != []

    def test_typed_marks_count(self, ask):
        assert ask("đất đai")[0] == "1.012812"
        assert ask("đạt dài")[0] == "1.900001"

    def test_where_the_tone_stands_does_not_count(self, ask):
        assert ask("hoà giải viên") == ask("hòa giải viên")
        assert ask("hoà giải viên")[0] == "1.002211"

    def test_a_phrase_comes_before_the_same_words_apart(self, ask):
        found = ask("khai sinh")
        assert found[0] == "1.001193"
        assert found.index("2.000528") < (found.index("1.000894") if "1.000894" in found else 99)

    def test_near_citizens_before_the_ministry(self, ask):
        assert ask("cap ho chieu") == ["1.001456", "1.001471"]

    def test_the_special_case_comes_first_when_asked_for(self, ask):
        assert ask("khai sinh nuoc ngoai")[0] == "2.000528"

    def test_a_syllable_shared_by_chance_does_not_ask_for_the_special_case(self, ask):
        assert ask("giay phep lai xe") == ["1.900004", "1.900002"]

    def test_words_of_a_question_are_not_required(self, ask):
        assert ask("làm giấy khai sinh ở đâu, thủ tục thế nào")[0] == "1.001193"

    @pytest.mark.parametrize(
        "query", ["1.004222", "1004222", "1 004 222", "1,004222", "mã 1.004222", "1.004222.000.00.00.H17", "1.00422"]
    )
    def test_a_code_is_found_in_any_spelling(self, engine, query):
        found = search(query, engine=engine)
        assert (found.how, found.hits[0].code) == ("code", "1.004222")

    @pytest.mark.parametrize("query", ["3218 qd ubnd", "3218/QĐ-UBND", "Quyết định số 3218/QĐ-UBND", "qd 3218"])
    def test_a_decision_number_finds_what_it_announced(self, engine, query):
        found = search(query, engine=engine)
        assert (found.how, [hit.code for hit in found.hits]) == ("decision", ["1.012812"])

    def test_an_unknown_decision_number_finds_nothing_instead_of_likenesses(self, engine):
        assert search("9999/QĐ-UBND", engine=engine).total == 0

    def test_when_nothing_holds_all_words_some_will_do_and_it_is_said(self, engine):
        found = search("khai sinh karaoke", engine=engine)
        assert found.is_loose
        assert found.hits[0].code == "1.001193"
        assert not search("khai sinh", engine=engine).is_loose

    def test_papers_and_texts_are_found_too(self, ask):
        assert ask("giấy báo tử") == ["1.000656"]
        assert ask("luat cu tru") == ["1.004222"]

    def test_glued_syllables_are_found(self, ask):
        assert ask("khaisinh")[0] == "1.001193"

    @pytest.mark.parametrize(
        "query", ["giaays khai sinh", "khai sinhh", "kha i sinh", "kh ai sinh", "gia61y khai sinh", "giay khaisinh"]
    )
    def test_slips_are_found_and_the_correction_is_named(self, engine, query):
        found = search(query, engine=engine)
        assert found.hits[0].code == "1.001193"
        assert found.query.corrected.endswith("khai sinh")
        assert found.corrected

    def test_what_was_typed_right_is_not_corrected(self, engine):
        found = search("đăng ký khai sinh", engine=engine)
        assert (found.query.corrected, found.corrected) == ("", False)

    def test_hits_as_typed_come_before_those_of_a_correction(self, engine):
        found = search("ct01", engine=engine)
        assert found.hits[0].code == "1.004222"
        assert not found.corrected

    def test_a_long_question_finds_its_errand(self, ask):
        question = "em mới sinh con được hai tháng muốn làm giấy khai sinh cho bé thì cần những giấy tờ gì ạ"
        assert ask(question)[0] == "1.001193"

    def test_the_dictionary_knows_other_words_for_the_same(self, ask):
        assert "1.900004" in ask("đổi bằng lái")[:2]

    @pytest.mark.parametrize("query", ["đăng ký khai sinh ở quận Ba Đình", "sở giao thông vận tải giấy phép lái xe"])
    def test_places_and_old_offices_do_not_hide_the_errand(self, ask, query):
        assert ask(query)[0] in ("1.001193", "1.900004")

    def test_what_is_not_in_force_stays_out_but_is_counted(self, engine):
        found = search("khai sinh", engine=engine)
        assert "1.900003" not in [hit.code for hit in found.hits]
        assert found.not_in_force == 1
        everything = search("khai sinh", Filters(state=""), engine=engine)
        assert "1.900003" in [hit.code for hit in everything.hits]
        assert [hit.code for hit in search("khai sinh", Filters(state=State.ENDED), engine=engine).hits] == ["1.900003"]

    def test_filters_narrow_and_facets_count_what_each_choice_would_leave(self, engine):
        found = search("đăng ký", Filters(sector="ho-tich"), engine=engine)
        assert {hit.sector for hit in found.hits} == {"Hộ tịch"}
        assert {facet.value: facet.count for facet in found.facets["sector"]} == {"ho-tich": 4, "cu-tru": 1}
        assert {facet.value: facet.count for facet in found.facets["agency"]} == {"bo-tu-phap": 4}
        for facet in found.facets["sector"]:
            assert search("đăng ký", Filters(sector=facet.value), engine=engine).total == facet.count

    def test_a_filter_that_hides_all_hits_says_how_many_it_hides(self, engine):
        found = search("hộ chiếu", Filters(sector="ho-tich"), engine=engine)
        assert (found.total, found.hidden_in_force) == (0, 2)

    def test_only_what_an_agency_offers(self, ask):
        assert ask("đăng ký", filters=Filters(scopes=("U:5", "U:8"))) == ["1.004222"]

    def test_pages_hold_every_hit_once(self, big):
        seen = [hit.id for page in range(1, 30) for hit in search("khai sinh", page=page, engine=big).hits]
        total = search("khai sinh", engine=big).total
        assert len(seen) == len(set(seen)) == total == 503

    def test_suggestions_complete_the_last_word(self, engine):
        assert [hit.code for hit in suggest("đăng ký khai s", engine=engine)] == ["1.001193", "2.000528"]
        assert suggest("dang ky t", engine=engine)[0].code == "1.004222"
        assert suggest("1.0042", engine=engine)[0].code == "1.004222"
        assert suggest("đ", engine=engine) == []

    @pytest.mark.parametrize(
        "query",
        [
            '"khai sinh', "khai AND", "NEAR(", "name:khai", "khai*", "^khai", "(((", "'; DROP TABLE doc; --", "{name}:",
            "\0\x01",
            "\u202ekhai sinh", "👶🍼", "-", "a OR b NOT c", "%", "+" * 500, "\ud800", "𝐤𝐡𝐚𝐢",
        ],
    )  # fmt: skip
    def test_syntax_and_stray_characters_are_only_text(self, engine, query):
        search(query, engine=engine)
        suggest(query, engine=engine)

    def test_endless_queries_are_answered_at_once(self, engine):
        for query in ("khai sinh " * 5_000, "x" * 10_000, "".join(f"{n} " for n in range(5_000))):
            started = time.perf_counter()
            search(query, engine=engine)
            assert time.perf_counter() - started < 1

    def test_nothing_typed_finds_nothing(self, engine):
        assert search("", engine=engine).total == search("  ", engine=engine).total == 0


class TestSqlite(Behaviour):
    @staticmethod
    def build(path, documents):
        with sqlite_index.rebuild(path, documents) as writing:
            writing.set_meta()
        return SqliteBackend(path)

    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, tmp_path_factory):
        return cls.build(tmp_path_factory.mktemp("index") / "search.sqlite3", corpus())

    @pytest.fixture(scope="class")
    @classmethod
    def big(cls, tmp_path_factory):
        return cls.build(tmp_path_factory.mktemp("index") / "search.sqlite3", [*corpus(), *copies(500)])

    def test_without_an_index_the_answer_says_so(self, tmp_path):
        found = search("khai sinh", engine=SqliteBackend(tmp_path / "none.sqlite3"))
        assert (found.available, found.hits) == (False, [])
        assert not (tmp_path / "none.sqlite3").exists()

    def test_an_index_of_another_schema_is_not_used(self, tmp_path):
        engine = self.build(tmp_path / "search.sqlite3", corpus())
        with sqlite_index.update(engine.path, [], []) as writing:
            writing.set_meta(schema="0")
        assert not search("khai sinh", engine=engine).available

    def test_a_file_that_is_no_index_is_not_used(self, tmp_path):
        path = tmp_path / "search.sqlite3"
        path.write_bytes(b"not a database" * 100)
        assert not search("khai sinh", engine=SqliteBackend(path)).available


class TestElasticsearch(Behaviour):
    @staticmethod
    def build(elasticsearch, prefix, documents):
        with ElasticsearchIndex(elasticsearch, prefix).rebuild(documents) as writing:
            writing.set_meta()
        return ElasticsearchBackend(elasticsearch, prefix)

    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, elasticsearch, elasticsearch_prefix):
        return cls.build(elasticsearch, f"{elasticsearch_prefix}-small", corpus())

    @pytest.fixture(scope="class")
    @classmethod
    def big(cls, elasticsearch, elasticsearch_prefix):
        return cls.build(elasticsearch, f"{elasticsearch_prefix}-big", [*corpus(), *copies(500)])
