"""Images by signed links, which need no account."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.access import find
from app.core.database import read_session, write_session
from app.core.models import Image, Project
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


def find_linked(
    image_id: str,
    expires: Annotated[str, Query(max_length=20)] = "",
    signature: Annotated[str, Query(max_length=200)] = "",
) -> tuple[Image, int]:
    """Return the image of a link and how many seconds the link has left; 403 where it is wrong or too old."""
    with read_session() as session:
        return linked_image(session, image_id, expires, signature)


@router.get("/images/{image_id}/shared", response_class=Response, responses=BYTES)
async def get_shared_image(
    request: Request, linked: Annotated[tuple[Image, int], Depends(find_linked)]
) -> Response:
    """Return the image of a link that an export made, to anybody; 403 where it is wrong or too old."""
    image, left = linked
    response = await content_response(request, image)
    kept = f"private, max-age={min(left, LONGEST_CACHED)}"
    response.headers.update(FOR_OTHER_SITES | {"Cache-Control": kept})
    return response


@router.delete("/projects/{project_id}/image-links", status_code=204)
def forget_image_links(project_id: str, user: CurrentUser) -> None:
    """Let no link that an export made work any more; the next export makes others."""
    with write_session() as session:
        forget_links(session, find(session, Project, project_id, user, "owner").id)
