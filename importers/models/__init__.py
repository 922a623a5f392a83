"""What imports keep: runs of the catalogue importer, and decisions on their way from a file to the portal."""

from importers.models.batches import (
    Answer,
    CatalogueName,
    ImportBatch,
    ImportRow,
    Outcome,
    QuarantinedRow,
    QuarantineReason,
)
from importers.models.decisions import (
    BatchState,
    DecisionBatch,
    DecisionBatchFile,
    DecisionFormFile,
    DecisionRow,
    RowState,
)

__all__ = [
    "Answer",
    "BatchState",
    "CatalogueName",
    "DecisionBatch",
    "DecisionBatchFile",
    "DecisionFormFile",
    "DecisionRow",
    "ImportBatch",
    "ImportRow",
    "Outcome",
    "QuarantineReason",
    "QuarantinedRow",
    "RowState",
]
