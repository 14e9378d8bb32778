"""What an import job is asked to do, and what it reports."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.images.import_labels import LabelPlan, makes_categories
from app.images.records import Tally
from app.images.schemas import NewImport, Rejected

LISTED = 100
FOLDER_RULE = "The folder that directly holds a file names its category, however deep it lies."


class ImportPlan(NewImport):
    """An import with all that its job needs to know.

    `new_categories` says whether a class folder that no category is named after makes one.
    """

    project_id: str
    new_categories: bool
    created_by: str | None = None
    import_id: str = ""

    @property
    def label_plan(self) -> LabelPlan:
        """Return what is done with the labels."""
        return LabelPlan(self.project_id, self.labels, self.new_categories, self.created_by, self.import_id)


class ImportResult(BaseModel):
    """What a finished import reports: the first files of each kind, and how many there were.

    `rule` says how folders named categories, where they did.
    """

    created: int
    duplicates: int
    rejected: list[dict[str, str]]
    rejected_total: int
    labelled: int
    unlabelled: list[dict[str, str]]
    unlabelled_total: int
    conflicts: list[dict[str, list[str]]]
    conflicts_total: int
    rule: str | None


def import_params(session: Session, project_id: str, body: NewImport, user_id: str) -> dict[str, Any]:
    """Return the `params` of an import job: annotations make missing categories, truths the first ones."""
    new_categories = makes_categories(session, project_id, body.labels)
    return body.model_dump(mode="json") | {"new_categories": new_categories, "created_by": user_id}


def import_plan(project_id: str, params: dict[str, Any], job_id: str) -> ImportPlan:
    """Return the plan in the `params` of an import job."""
    return ImportPlan.model_validate(params | {"project_id": project_id, "import_id": job_id})


def new_tally() -> Tally:
    """Return an empty tally that lists the first refused files only."""
    return Tally(listed=LISTED)


def tally_result(plan: ImportPlan, tally: Tally) -> dict[str, Any]:
    """Return the `result` of an import job."""
    return ImportResult(
        created=tally.created,
        duplicates=tally.duplicates,
        rejected=[Rejected.of(each).model_dump() for each in tally.refused],
        rejected_total=tally.refused_total,
        labelled=tally.labelled,
        unlabelled=[Rejected.of(each).model_dump() for each in tally.unlabelled],
        unlabelled_total=tally.unlabelled_total,
        conflicts=[{"paths": each.paths, "labels": each.labels} for each in tally.conflicts.values()],
        conflicts_total=tally.conflicts_total,
        rule=None if plan.labels == "ignore" else FOLDER_RULE,
    ).model_dump()
