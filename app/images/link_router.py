"""Images by signed links, which need no account."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.access import find
from app.core.database import read_session, write_session
from app.core.models import Project
from app.deps import CurrentUser
from app.images.links import forget_links, linked_image
from app.images.router import BYTES
from app.images.serving import content_response

router = APIRouter(tags=["images"])
FOR_OTHER_SITES = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
}
"""Pages of other sites may show and read the image: its link is all that is needed, and no cookie counts."""
LONGEST_CACHED = 24 * 3600


@router.get("/images/{image_id}/shared", response_class=Response, responses=BYTES)
def get_shared_image(
    image_id: str,
    request: Request,
    expires: Annotated[str, Query(max_length=20)] = "",
    signature: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Return the image of a link that an export made, to anybody; 403 where it is wrong or too old."""
    with read_session() as session:
        image, left = linked_image(session, image_id, expires, signature)
    response = content_response(request, image)
    response.headers.update(
        FOR_OTHER_SITES | {"Cache-Control": f"private, max-age={min(left, LONGEST_CACHED)}"}
    )
    return response


@router.delete("/projects/{project_id}/image-links", status_code=204)
def forget_image_links(project_id: str, user: CurrentUser) -> None:
    """Let no link that an export made work any more; the next export makes others."""
    with write_session() as session:
        forget_links(session, find(session, Project, project_id, user, "owner").id)
