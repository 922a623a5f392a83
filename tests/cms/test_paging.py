"""Pages of long lists stay as they are when something is added elsewhere in the list."""

import itertools
import random

import pytest

from cms.views.found import NothingHereError
from cms.views.paging import MOST, Mark, cut, past_of, stretch_of, stretches


def rows(count):
    numbers = random.Random(7).sample(range(10**6), count)
    return [Mark(f"thu-tuc-{number:06}", f"{number:06}") for number in sorted(numbers)]


def pages_of(some):
    return dict(stretches(some, "/ds/", lambda row: row))


def test_a_new_row_changes_its_own_page_and_hardly_another():
    some, changed = rows(2000), []
    before = pages_of(some)
    for new in random.Random(1).sample(rows(4000), 40):
        after = pages_of(sorted({*some, new}))
        # The first page states how many there are in all.
        changed.append(sum(before.get(address) != page for address, page in after.items() if address != "/ds/"))
    assert sum(changed) / len(changed) < 2
    assert 20 < len(before) < 45


def test_what_is_new_in_a_group_leaves_all_other_pages_as_they_are_and_a_border_moves_its_neighbours_alone():
    def in_groups(some):
        return [row._replace(group=row.slug[:11]) for row in some]

    some, moved = rows(2000), []
    before = pages_of(in_groups(some))
    for new in random.Random(2).sample(rows(4000), 40):
        after = pages_of(in_groups(sorted({*some, new})))
        gone = before.keys() ^ after.keys()
        moved.append(len(gone))
        changed = [one for one, page in after.items() if one != "/ds/" and before.get(one) != page]
        # The page it stands on; where it begins one, both its neighbours too.
        assert len(changed) <= (5 if gone else 1)
    assert sum(map(bool, moved)) <= 2


def test_letters_stand_on_the_first_page_alone_and_the_others_lead_to_it():
    pages = list(pages_of([Mark(f"t-{one:03}", chr(97 + one // 25)) for one in range(500)]).values())
    assert len(pages[0].letters) == 20
    assert {(page.letters, page.first) for page in pages[1:]} == {((), "/ds/")}


def test_every_row_stands_on_one_page_and_neighbours_lead_to_each_other():
    some = rows(500)
    pages = pages_of(some)
    assert [row for page in pages.values() for row in page.rows] == some
    assert all(len(page.rows) <= MOST + 15 for page in pages.values())
    addresses = list(pages)
    for one, other in itertools.pairwise(addresses):
        assert pages[one].after == other
        assert pages[other].before == one
    assert pages["/ds/"].total == 500
    assert not any(page.total for address, page in pages.items() if address != "/ds/")


def test_rows_of_one_mark_are_never_parted_and_a_short_list_has_one_page():
    some = [row for row in rows(60) for _again in range(3)]
    for page in cut(some, lambda row: row):
        assert len(page) % 3 == 0
    assert [address for address, _page in stretches(rows(20), "/ds/", lambda row: row)] == ["/ds/"]
    assert stretch_of([], "", "/ds/", lambda row: row).rows == []


def test_a_page_that_begins_with_another_row_is_said_not_to_be():
    with pytest.raises(NothingHereError):
        stretch_of(rows(200), "khong-co", "/ds/", lambda row: row)


def test_news_are_numbered_from_the_oldest_so_that_old_pages_stand_still():
    def page(total, number):
        return past_of([f"tin {total - one}" for one in range(total)], number, "/tin/", 10)

    assert page(9, 0).older == ""
    assert page(35, 0).rows[-1] == "tin 21"
    assert page(35, 0).older == "/tin/trang/2/"
    assert page(35, 1) == page(36, 1) == page(39, 1)
    assert (page(35, 2).newer, page(45, 2).newer) == ("/tin/", "/tin/trang/3/")
    assert [row for number in (0, 2, 1) for row in page(35, number).rows] == [f"tin {35 - one}" for one in range(35)]
    with pytest.raises(NothingHereError):
        page(35, 3)
