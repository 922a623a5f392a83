"""What people search and what finds nothing, counted by day, so that editors can teach the dictionary. Never who: no
address, no session, no time of day, and texts that look personal are not kept at all."""

import logging
import re
from datetime import date, timedelta

from django.db import DatabaseError, connection
from django.db.models import QuerySet, Sum

from cms.locking import impatient
from search.models import SearchCount
from search.words import folded_text

__all__ = ["asked_with", "forget_rare", "record", "top"]

log = logging.getLogger(__name__)

LONGEST = 80
# A phone number has ten digits, an identity number twelve (the old one nine), however they are grouped. A procedure's
# code has seven.
PERSONAL_DIGITS = 9
_BOT = re.compile(r"bot|crawl|spider|slurp|preview|curl|wget|python|headless|monitor|http-?client|java/|go-http", re.I)
# Seen fewer times than this within the days, a query is nobody's need but perhaps somebody's secret.
RARE = 3
RARE_DAYS = 30
_UPSERT = (
    "INSERT INTO search_searchcount (day, query, zero, count) VALUES (%s, %s, %s, 1) "
    "ON CONFLICT (day, query, zero) DO UPDATE SET count = search_searchcount.count + 1"
)


def record(typed: str, *, zero: bool, on: date, agent: str) -> None:
    """Count a search. Never raises and never waits; machines (`agent`: the browser's name) are not counted."""
    query = folded_text(typed)[:LONGEST].strip()
    if not query or not agent or _BOT.search(agent) or looks_personal(typed):
        return
    try:
        with impatient(), connection.cursor() as cursor:
            cursor.execute(_UPSERT, [on.isoformat(), query, zero])
    except DatabaseError as error:
        log.warning("a search was not counted: %s", error)


def looks_personal(typed: str) -> bool:
    """Whether a text holds an address of mail or a number as long as a phone or identity number."""
    return "@" in typed or sum(char.isdigit() for char in typed) >= PERSONAL_DIGITS


def _by_query(rows: QuerySet[SearchCount]) -> list[tuple[str, int]]:
    counted = rows.values("query").annotate(times=Sum("count")).order_by("-times", "query")
    return [(row["query"], row["times"]) for row in counted]


def top(since: date, *, zero: bool | None = None, limit: int = 50) -> list[tuple[str, int]]:
    """The queries asked most since a day, and how often; `zero` narrows to those that found nothing (or something)."""
    rows = SearchCount.objects.filter(day__gte=since)
    return _by_query(rows if zero is None else rows.filter(zero=zero))[:limit]


def asked_with(phrases: tuple[str, ...], since: date, limit: int = 5) -> list[str]:
    """The queries asked most since a day that hold one of the phrases as whole words."""
    wanted = [f" {folded} " for folded in map(folded_text, phrases) if folded]
    asked = _by_query(SearchCount.objects.filter(day__gte=since))
    return [query for query, _ in asked if any(phrase in f" {query} " for phrase in wanted)][:limit]


def forget_rare(on: date) -> int:
    """Delete counts older than 30 days of queries seen fewer than three times in all; returns how many rows went."""
    often = SearchCount.objects.values("query").annotate(times=Sum("count")).filter(times__gte=RARE).values("query")
    old = SearchCount.objects.filter(day__lt=on - timedelta(days=RARE_DAYS))
    return old.exclude(query__in=often).delete()[0]
