"""Says which entries of the dictionary lead nowhere: official words that stand in no name and no paper of the catalogue
help nobody, and nobody notices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cms.models import Agency, Evidence, Output, ProcedureContent, Sector
from search.synonyms import Entry
from search.words import marked_words

__all__ = ["OUTSIDE", "Catalogue", "leads_nowhere"]

OUTSIDE = "ngoài danh mục"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All words of a catalogue that an official phrase may stand in, one blank between them, texts on their lines."""

    text: str

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Catalogue":
        """The catalogue of these names and papers."""
        return cls("\n".join(f" {' '.join(marked_words(text))} " for text in texts))

    @classmethod
    def stored(cls) -> "Catalogue":
        """The names, papers and results of all procedures of this portal, its sectors and its agencies."""
        return cls.of(_stored_texts())

    def has(self, phrase: str) -> bool:
        """Whether the phrase stands in one of the texts, marks and all."""
        return f" {' '.join(marked_words(phrase))} " in self.text


def _stored_texts() -> Iterator[str]:
    for rows in (ProcedureContent.objects, Evidence.objects, Output.objects, Sector.objects, Agency.objects):
        yield from set(rows.values_list("name", flat=True))


def leads_nowhere(entries: Iterable[Entry], catalogue: Catalogue) -> list[tuple[Entry, list[str]]]:
    """The entries with official phrases that the catalogue does not have, and those phrases. An entry whose note begins
    with `OUTSIDE` is meant for procedures the catalogue does not hold yet, and left out."""
    found = []
    for entry in entries:
        lost = [phrase for phrase in entry.official if not catalogue.has(phrase)]
        if lost and not entry.note.startswith(OUTSIDE):
            found.append((entry, lost))
    return found
