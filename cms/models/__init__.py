"""The tables of the domain, one module per notion."""

from cms.models.agencies import Agency, AgencyAlias, AgencyClass, AgencySuccession, ClassMembership, Scope
from cms.models.changes import Change
from cms.models.decisions import CatalogueSnapshot, Decision, DecisionItem, Effect, PendingReference, Replacement
from cms.models.details import (
    DETAIL_MODELS,
    AgencyText,
    Case,
    Channel,
    Cost,
    Detail,
    Evidence,
    EvidenceGroup,
    FormTemplate,
    InternalStep,
    LegalBasis,
    Output,
    ProcessingTime,
    Requirement,
    Step,
)
from cms.models.legal import LegalChange, LegalCitation, LegalDocument
from cms.models.life_events import LifeEvent
from cms.models.pages import (
    ArticlePage,
    LinkedSite,
    NewsIndexPage,
    NewsPage,
    NoticePage,
    PortalLinks,
    RootPage,
    SectionPage,
)
from cms.models.periods import Listing, Period, ValidityPeriod
from cms.models.postings import Posting, PostingAct
from cms.models.procedures import PartState, Procedure, ProcedureContent, ProcedureIdentifier, Sector, Verification
from cms.models.reception import ClosedDays, OpeningHours, ReceptionPoint
from cms.models.review import AccountAct, ApprovalRule, DecisionAct, Membership, Waiver
from cms.models.users import User

__all__ = [
    "DETAIL_MODELS",
    "AccountAct",
    "Agency",
    "AgencyAlias",
    "AgencyClass",
    "AgencySuccession",
    "AgencyText",
    "ApprovalRule",
    "ArticlePage",
    "Case",
    "CatalogueSnapshot",
    "Change",
    "Channel",
    "ClassMembership",
    "ClosedDays",
    "Cost",
    "Decision",
    "DecisionAct",
    "DecisionItem",
    "Detail",
    "Effect",
    "Evidence",
    "EvidenceGroup",
    "FormTemplate",
    "InternalStep",
    "LegalBasis",
    "LegalChange",
    "LegalCitation",
    "LegalDocument",
    "LifeEvent",
    "LinkedSite",
    "Listing",
    "Membership",
    "NewsIndexPage",
    "NewsPage",
    "NoticePage",
    "OpeningHours",
    "Output",
    "PartState",
    "PendingReference",
    "Period",
    "PortalLinks",
    "Posting",
    "PostingAct",
    "Procedure",
    "ProcedureContent",
    "ProcedureIdentifier",
    "ProcessingTime",
    "ReceptionPoint",
    "Replacement",
    "Requirement",
    "RootPage",
    "Scope",
    "SectionPage",
    "Sector",
    "Step",
    "User",
    "ValidityPeriod",
    "Verification",
    "Waiver",
]
