"""One page of a query's cluster, with what is proposed of it."""

from typing import Any

from sqlalchemy import Connection, Row, select

from app.core.models import Query
from app.labelling.cluster_schemas import ClusterImage, ClusterPage, PurityOut
from app.labelling.clusters import Member, members
from app.labelling.weak import unsettled, weak_categories
from app.pagination import PageParams
from app.projects.merged import read_merged
from ml.config import CLUSTER_EVIDENCE, WITHOUT_MODEL, first_cut, purity

MOST_AT_ONCE = 200


def cluster_page(connection: Connection, scope: Row[*tuple[Any, ...]], page: PageParams) -> ClusterPage:
    """Return the page of the cluster of the query that `scope` names, for the category that it names."""
    merged = read_merged(connection, scope.project_id)
    found = members(connection, scope.query_id, scope.category_id, merged)
    limit = min(page.limit, MOST_AT_ONCE)
    rest = _after(found, page.after())
    chosen, is_last = _unsettled(connection, scope.project_id, rest, limit)
    weak = weak_categories(connection, [each.image_id for each in chosen])
    beliefs = [each.belief for each in chosen if each.belief is not None]
    cut = first_cut(beliefs) if beliefs else min(WITHOUT_MODEL, len(chosen))
    estimated = purity(beliefs[:cut])
    return ClusterPage(
        items=[
            ClusterImage(
                image_id=each.image_id,
                belief=each.belief,
                weak_category_id=merged.get(weak.get(each.image_id, ""), weak.get(each.image_id)),
            )
            for each in chosen
        ],
        next_cursor=None if is_last else page.cursor_after(chosen[-1].image_id),
        size=connection.execute(select(Query.cluster_size).where(Query.id == scope.query_id)).scalar_one(),
        cut=cut,
        purity=PurityOut.model_validate(vars(estimated)) if estimated else None,
        evidence=CLUSTER_EVIDENCE,
    )


def _after(found: list[Member], image_id: str | None) -> list[Member]:
    """Return what comes after an image; all where it is not among them any more."""
    places = {each.image_id: place for place, each in enumerate(found)}
    return found[places.get(image_id, -1) + 1 :] if image_id else found


def _unsettled(
    connection: Connection, project_id: str, found: list[Member], limit: int
) -> tuple[list[Member], bool]:
    """Return up to `limit` members that have no label yet, and whether there are no more."""
    chosen: list[Member] = []
    for start in range(0, len(found), MOST_AT_ONCE):
        part = found[start : start + MOST_AT_ONCE]
        free = set(unsettled(connection, project_id, [each.image_id for each in part]))
        chosen += [each for each in part if each.image_id in free]
        if len(chosen) > limit:
            break
    return chosen[:limit], len(chosen) <= limit
