"""The cluster of a query: the images that its answer may settle, from sure to doubtful."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, select

from app.core.models import Query, Step
from app.labelling.cluster_files import StepClusters, read_clusters
from app.projects.merged import Merged
from ml.config import believed


@dataclass(frozen=True)
class Member:
    """An image of a cluster, with how likely it shows what the eigen-sample does; None without a model."""

    image_id: str
    belief: float | None


def members(connection: Connection, query_id: str, category_id: str | None, merged: Merged) -> list[Member]:
    """Return the images of a query's cluster but its own: those likeliest of the category first.

    Without a model, and without a category, the nearest come first. Where the step's files are lost, or of
    before there were clusters in them, and where a rolling round has proposed it without files, these are
    the few that are kept with the query.
    """
    query = connection.execute(
        select(Query.image_id, Query.cluster_image_ids, Query.cluster_size, Query.step_id).where(
            Query.id == query_id
        )
    ).one()
    if not query.cluster_image_ids:
        return []
    found = _clusters(connection, query.step_id)
    number = len(found.others(query.image_id, query.cluster_image_ids[0])) + 1 if found else 0
    if found is None or number != query.cluster_size:
        return [Member(image_id, None) for image_id in query.cluster_image_ids]
    return _ranked(found, query, category_id, merged)


def _ranked(
    found: StepClusters, query: Row[*tuple[Any, ...]], category_id: str | None, merged: Merged
) -> list[Member]:
    rows = found.others(query.image_id, query.cluster_image_ids[0])
    nearest = {image_id: -rank for rank, image_id in enumerate(query.cluster_image_ids)}
    few = np.array([nearest.get(found.images[row], -np.inf) for row in rows])
    likeness = found.likeness[rows] if found.likeness is not None else few
    confidence = found.confidence_in(category_id, merged) if category_id is not None else None
    if confidence is None:
        order = np.argsort(-likeness, kind="stable")
        return [Member(found.images[row], None) for row in rows[order]]
    order = np.lexsort((-likeness, -confidence[rows]))
    return [Member(found.images[row], believed(float(confidence[row]))) for row in rows[order]]


def _clusters(connection: Connection, step_id: str) -> StepClusters | None:
    """Return the clusters of the step that asked the queries of this one; None where its files are lost."""
    asking = select(Step.round_id, Step.index).where(Step.id == step_id).subquery()
    proposing = select(Step.artefacts_key).where(
        Step.round_id == asking.c.round_id, Step.index < asking.c.index, Step.artefacts_key.is_not(None)
    )
    key = connection.scalar(proposing.order_by(Step.index.desc()).limit(1))
    try:
        return read_clusters(key) if key is not None else None
    except FileNotFoundError:
        return None
