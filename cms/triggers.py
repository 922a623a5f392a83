"""The guards that Django's constraints can't state: no overlap, sealed texts, append-only logs; one list for both.

Django drops triggers when it rebuilds a SQLite table, and SQLite refuses to rebuild one that another table's trigger
reads, so they are not part of a migration: they are taken off before it and made anew after every migrate, and a
system check looks whether they are there.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from cms.models import (
    DETAIL_MODELS,
    AccountAct,
    Change,
    ClassMembership,
    DecisionAct,
    Effect,
    Listing,
    PartState,
    Posting,
    PostingAct,
    ProcedureContent,
    ValidityPeriod,
    Verification,
    Waiver,
)

OVERLAP_KEYS: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (ValidityPeriod, ("procedure_id", "scope_id", "part")),
    (Listing, ("procedure_id", "scope_id")),
)


class Guard(NamedTuple):
    """One trigger: `refuse_when` is SQL over NEW and OLD, the same on both databases."""

    name: str
    table: str
    event: str
    refuse_when: str
    message: str


def _same(columns: list[str]) -> str:
    """SQL that is true when none of the columns changes."""
    return " AND ".join(f"(NEW.{column} IS NOT DISTINCT FROM OLD.{column})" for column in columns)


def _only_withdrawn(model: type[Model]) -> Iterator[Guard]:
    """Rows that may only be withdrawn, once, and never deleted."""
    meta = model._meta
    columns = [str(f.column) for f in meta.concrete_fields]
    ending = [column for column in columns if column in ("withdrawn_at", "withdrawn_by_id")]
    fixed = [column for column in columns if column not in ending]
    published = "OLD.recorded_at IS NOT NULL"
    yield Guard(
        f"{meta.db_table}_kept", meta.db_table, "DELETE", published, "Bản ghi đã công khai chỉ được thu hồi, không xóa"
    )
    yield Guard(
        f"{meta.db_table}_fixed",
        meta.db_table,
        "UPDATE",
        f"{published} AND (NOT ({_same(fixed)}) OR (OLD.withdrawn_at IS NOT NULL AND NOT ({_same(ending)})))",
        "Bản ghi đã công khai không được sửa, chỉ thu hồi một lần",
    )


def _taken_down_once(model: type[Model]) -> Iterator[Guard]:
    """A sheet that hung stays in the ledger; that it was taken down is written once."""
    table, ending = model._meta.db_table, ["taken_down_on", "taken_down_by_id", "why"]
    fixed = [str(one.column) for one in model._meta.concrete_fields if one.column not in ending]
    message = "Sổ niêm yết chỉ được ghi thêm, và ghi ngày gỡ một lần"
    yield Guard(f"{table}_kept", table, "DELETE", "1 = 1", message)
    refuse = f"NOT ({_same(fixed)}) OR (OLD.taken_down_on IS NOT NULL AND NOT ({_same(ending)}))"
    yield Guard(f"{table}_fixed", table, "UPDATE", refuse, message)


def _append_only(model: type[Model]) -> Iterator[Guard]:
    """Rows that are written once."""
    table = model._meta.db_table
    for event in ("UPDATE", "DELETE"):
        yield Guard(f"{table}_{event.lower()}", table, event, "1 = 1", "Nhật ký chỉ được ghi thêm")


def _sealed(table: str, column: str) -> Iterator[Guard]:
    """Rows of a content that a period points at."""
    for event in ("INSERT", "UPDATE", "DELETE"):
        rows = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["OLD", "NEW"]}[event]
        if table == "cms_procedurecontent" and event == "INSERT":
            continue
        refuse = " OR ".join(
            f"EXISTS (SELECT 1 FROM cms_validityperiod p WHERE p.content_id = {row}.{column})" for row in rows
        )
        yield Guard(f"{table}_sealed_{event.lower()}", table, event, refuse, "Nội dung đã công khai không được sửa")


def _no_overlap(model: type[Model], keys: tuple[str, ...]) -> Guard:
    """At most one standing period on a day for the keys; on PostgreSQL an exclusion constraint says the same."""
    table = model._meta.db_table
    same = " AND ".join(f"p.{key} = NEW.{key}" for key in keys)
    return Guard(
        f"{table}_no_overlap",
        table,
        "INSERT",
        f"NEW.withdrawn_at IS NULL AND EXISTS (SELECT 1 FROM {table} p WHERE {same} AND p.withdrawn_at IS NULL"
        " AND (NEW.valid_to IS NULL OR p.holds_from < NEW.valid_to)"
        " AND (p.valid_to IS NULL OR NEW.holds_from < p.valid_to))",
        "Hai thời gian hiệu lực chồng lên nhau",
    )


def _published_decision() -> Iterator[Guard]:
    """What identifies a decision, and its items, stand still once it is published."""
    fixed = ["number", "issuer_id", "issuer_text", "signed_on", "effective_from", "kind"]
    published = "OLD.published_at IS NOT NULL"
    yield Guard("cms_decision_kept", "cms_decision", "DELETE", published, "Quyết định đã công khai không được xóa")
    yield Guard(
        "cms_decision_fixed",
        "cms_decision",
        "UPDATE",
        f"{published} AND (NOT ({_same(fixed)}) OR NEW.published_at IS DISTINCT FROM OLD.published_at)",
        "Quyết định đã công khai không được sửa",
    )
    yield from _of_published("cms_decisionitem", "cms_decision d WHERE d.id = {row}.decision_id")
    item = "cms_decisionitem i JOIN cms_decision d ON d.id = i.decision_id WHERE i.id = {row}.item_id"
    yield from _of_published("cms_replacement", item)


def _of_published(table: str, decision: str) -> Iterator[Guard]:
    """Rows that belong to a decision and stand still with it; pending references may still be resolved."""
    for event, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
        refuse = " OR ".join(
            f"EXISTS (SELECT 1 FROM {decision.format(row=row)} AND d.published_at IS NOT NULL)" for row in rows
        )
        message = "Mục của quyết định đã công khai không được sửa"
        yield Guard(f"{table}_sealed_{event.lower()}", table, event, refuse, message)


KEYS = {"ValidityPeriod": ["procedure_id", "scope_id", "part"], "Listing": ["procedure_id", "scope_id"]}


def guards() -> list[Guard]:
    """All guards that both databases hold as triggers, in one order."""
    found: list[Guard] = []
    for dated in (ValidityPeriod, Listing, Effect, ClassMembership):
        found += _only_withdrawn(dated)
    for log in (Change, Verification, DecisionAct, Waiver, AccountAct, PostingAct):
        found += _append_only(log)
    found += _taken_down_once(Posting)
    found += _sealed(ProcedureContent._meta.db_table, "id")
    for table in [PartState._meta.db_table, *(model._meta.db_table for model in DETAIL_MODELS)]:
        found += _sealed(table, "content_id")
    return found + list(_published_decision())


def _overlap_guards() -> list[Guard]:
    return [_no_overlap(model, keys) for model, keys in OVERLAP_KEYS]


def install(connection: BaseDatabaseWrapper) -> None:
    """Make all guards anew on this database."""
    drop(connection)
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take all guards off; only migrations, tests that empty tables and `install` have reason to."""
    with connection.cursor() as cursor:
        for guard in [*guards(), *_overlap_guards()]:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}")
                cursor.execute(f"ALTER TABLE {guard.table} DROP CONSTRAINT IF EXISTS {guard.name}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the guards this database lacks."""
    names = {guard.name for guard in [*guards(), *_overlap_guards()]}
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger UNION SELECT conname FROM pg_constraint"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(names - {row[0] for row in cursor.fetchall()})


def drop_before_migrate(using: str, plan: Sequence[object] = (), **kwargs: object) -> None:
    """Receiver of pre_migrate. PostgreSQL alters tables under their triggers; there they stay."""
    if plan and connections[using].vendor == "sqlite":
        drop(connections[using])


def install_after_migrate(using: str, **kwargs: object) -> None:
    """Receiver of post_migrate. Does nothing while the tables are not all there (a migration to an early state)."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if all(guard.table in tables for guard in [*guards(), *_overlap_guards()]):
        install(connection)


def _statements(vendor: str) -> Iterator[str]:
    if vendor == "sqlite":
        for guard in [*guards(), *_overlap_guards()]:
            condition = guard.refuse_when.replace(" IS NOT DISTINCT FROM ", " IS ").replace(
                " IS DISTINCT FROM ", " IS NOT "
            )
            yield (
                f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
            )
        return
    yield "CREATE EXTENSION IF NOT EXISTS btree_gist"
    for guard in guards():
        # 23514 is check_violation: Django raises IntegrityError, as SQLite's RAISE does.
        yield (
            f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {guard.refuse_when} THEN RAISE EXCEPTION '{guard.message}' USING ERRCODE = '23514'; END IF; "
            f"RETURN {'OLD' if guard.event == 'DELETE' else 'NEW'}; END $$"
        )
        yield (
            f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
        )
    for model, keys in OVERLAP_KEYS:
        table = model._meta.db_table
        same = ", ".join(f"{key} WITH =" for key in keys)
        yield (
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_no_overlap EXCLUDE USING gist "
            f"({same}, daterange(holds_from, valid_to) WITH &&) WHERE (withdrawn_at IS NULL)"
        )
