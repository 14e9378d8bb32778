"""All tables, one module a subject."""

from app.core.models.accounts import ApiToken, BrowserSession, IdempotencyKey, Membership, SignInLink, User
from app.core.models.base import Base
from app.core.models.certificates import Audit, AuditItem, Certificate
from app.core.models.collection import (
    Category,
    Encoder,
    Image,
    LabelConflict,
    PretrainingPoint,
    Project,
    Source,
    Truth,
)
from app.core.models.invitations import Invitation
from app.core.models.jobs import Counter, Job
from app.core.models.labelling import Annotation, LaterPredictions, Lease, Query, Round, Step
from app.core.models.merges import CategoryMerge, MergedLabel, MergedTruth
from app.core.models.reviews import PageImage, ReviewPage

__all__ = [
    "Annotation",
    "ApiToken",
    "Audit",
    "AuditItem",
    "Base",
    "BrowserSession",
    "Category",
    "CategoryMerge",
    "Certificate",
    "Counter",
    "Encoder",
    "IdempotencyKey",
    "Image",
    "Invitation",
    "Job",
    "LabelConflict",
    "LaterPredictions",
    "Lease",
    "Membership",
    "MergedLabel",
    "MergedTruth",
    "PageImage",
    "PretrainingPoint",
    "Project",
    "Query",
    "ReviewPage",
    "Round",
    "SignInLink",
    "Source",
    "Step",
    "Truth",
    "User",
]
