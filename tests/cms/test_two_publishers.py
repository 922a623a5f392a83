"""Two publishers at once on PostgreSQL: the log keeps its order, and a reader's cursor skips nothing. SQLite has one
writer at a time by itself."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from cms.models import Change, ValidityPeriod
from cms.services import PublishingBlockedError, publish_decision, take_moment, write_changes
from cms.vocabulary import Act, ChangeKind
from tests import factories as make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time by itself"),
]
EACH = 12


def in_threads(*works):
    """Run the works at once, each on its own connection; raise the first error any of them met."""
    errors = []

    def run(work):
        try:
            work()
        except Exception as error:  # noqa: BLE001  raised again in the test's own thread
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a thread waits for ever"
    if errors:
        raise errors[0]


def approved(procedure, count):
    """Decisions that all open the base text of one procedure, ready to publish."""
    ready = []
    for number in range(count):
        decision = make.make_decision(effective_from=date(2025, 7, 1 + number % 20))
        effect = {"act": Act.OPEN, "content": make.make_content(procedure, f"Bản {number}")}
        make.add_item(decision, procedure, effects=[effect])
        make.approve_decision(decision=decision, by=None)
        ready.append(decision)
    return ready


def test_two_publishers_leave_one_log_without_gap_or_double_and_a_reader_skips_nothing():
    make.make_agency()
    procedure = make.make_procedure()
    first, second = approved(procedure, EACH), approved(procedure, EACH)
    done, seen = threading.Event(), []

    def publish_all(decisions):
        for decision in decisions:
            publish_decision(decision=decision, by=None)

    def read():
        while True:
            last_round = done.is_set()
            cursor = seen[-1] if seen else 0
            seen.extend(
                Change.objects.filter(sequence__gt=cursor).order_by("sequence").values_list("sequence", flat=True)
            )
            if last_round:
                return

    reader = threading.Thread(target=lambda: (read(), connection.close()))
    reader.start()
    try:
        in_threads(lambda: publish_all(first), lambda: publish_all(second))
    finally:
        done.set()
        reader.join(60)
    changes = list(Change.objects.order_by("sequence").values_list("sequence", "at"))
    assert [sequence for sequence, _ in changes] == list(range(1, 2 * EACH + 1))
    assert [at for _, at in changes] == sorted({at for _, at in changes})
    assert seen == list(range(1, 2 * EACH + 1))
    assert ValidityPeriod.objects.standing().filter(valid_to=None).count() == 1


def test_one_decision_published_by_two_people_at_once_is_published_once():
    make.make_agency()
    procedure = make.make_procedure()
    (decision,) = approved(procedure, 1)
    refused = []

    def publish():
        try:
            publish_decision(decision=decision, by=None)
        except PublishingBlockedError as error:
            refused.append(str(error))

    in_threads(publish, publish)
    assert len(refused) == 1
    assert "đã công khai" in refused[0]
    assert Change.objects.count() == 1


def test_a_slow_publisher_is_not_overtaken_by_a_later_sequence():
    holding, go_on = threading.Event(), threading.Event()
    order = []

    def slow():
        with transaction.atomic():
            moment = take_moment(None)
            order.append(("slow", moment.sequence))
            holding.set()
            go_on.wait(30)
            write_changes(moment, [Change(kind=ChangeKind.PUBLISHED)])

    def quick():
        holding.wait(30)
        threading.Timer(0.5, go_on.set).start()
        with transaction.atomic():
            moment = take_moment(None)
            order.append(("quick", moment.sequence))
            write_changes(moment, [Change(kind=ChangeKind.PUBLISHED)])

    in_threads(slow, quick)
    assert order == [("slow", 1), ("quick", 2)]
