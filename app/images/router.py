"""Images: uploading, browsing, showing, deleting."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import delete

from app.access import find, find_with_role, visible_images
from app.core.database import read_session, write_session
from app.core.models import Image, Project
from app.core.problems import Problem
from app.core.storage.keys import remove_blobs
from app.deps import CurrentUser
from app.images.listing import ImageState, image_out, images_with_labels, listed
from app.images.names import LONGEST_PATH
from app.images.schemas import ConflictOut, ImageOut, Rejected, Split, UploadOut
from app.images.serving import content_response, display_response, thumbnail_response
from app.images.upload import store_upload
from app.images.upload_form import UPLOAD_BODY, Upload, read_upload
from app.images.upload_turns import turns
from app.pagination import Page, PageQuery, fetch_page
from app.projects.image_counters import count_images
from app.projects.running import loop_runs

router = APIRouter(tags=["images"])
BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("/projects/{project_id}/images", status_code=201, openapi_extra=UPLOAD_BODY)
async def upload_images(upload: Annotated[Upload, Depends(read_upload)]) -> UploadOut:
    """Add image files, or zips of them. Files that cannot be used are listed with the reason.

    `labels` says what the folders that directly hold the files mean. An image that lies in two class folders
    gets no label; its files are listed as a conflict.
    """
    tally = await turns().run(upload.created_by, partial(store_upload, upload))
    return UploadOut(
        created=tally.created,
        duplicates=tally.duplicates,
        rejected=[Rejected.of(each) for each in tally.refused],
        labelled=tally.labelled,
        unlabelled=[Rejected.of(each) for each in tally.unlabelled],
        conflicts=[ConflictOut.of(each) for each in tally.conflicts.values()],
    )


@router.get("/projects/{project_id}/images")
def list_images(
    project_id: str,
    user: CurrentUser,
    page: PageQuery,
    *,
    split: Split | None = None,
    state: ImageState | None = None,
    category: Annotated[str | None, Query(max_length=64)] = None,
    path: Annotated[str | None, Query(max_length=LONGEST_PATH)] = None,
) -> Page[ImageOut]:
    """List a project's images in the order in which they came.

    Annotators see the images of the pool only. `path` keeps those whose path has it, whatever the case of its
    ASCII letters; 403 for annotators, who are not told paths.
    """
    with read_session() as session:
        project, role = find_with_role(
            session, Project, project_id, user, "reviewer" if path else "annotator"
        )
        statement, order = listed(project.id, split, state, category, path)
        statement = statement.where(visible_images(role))
        return fetch_page(session, statement, order, page, lambda row: image_out(row, role))


@router.get("/images/{image_id}")
def get_image(image_id: str, user: CurrentUser) -> ImageOut:
    """Return what is known of an image."""
    with read_session() as session:
        image, role = find_with_role(session, Image, image_id, user)
        return image_out(session.execute(images_with_labels().where(Image.id == image.id)).one(), role)


@router.delete("/images/{image_id}", status_code=204)
def delete_image(image_id: str, user: CurrentUser) -> None:
    """Delete an image with its labels. 409 for one of the pool while a round runs: it may be in a cluster."""
    with write_session() as session:
        image = find(session, Image, image_id, user, "owner")
        if image.split == "pool" and loop_runs(session, image.project_id):
            raise Problem(409, "A round is running. Cancel it, or delete the image afterwards.")
        gone = delete(Image).where(Image.id == image.id).returning(Image.split)
        for split in session.scalars(gone).all():  # none where somebody else was quicker
            count_images(session, image.project_id, split, -1)
    remove_blobs([image.sha256])


def visible_image(image_id: str, user: CurrentUser) -> Image:
    """Return the image, where the caller may see it."""
    with read_session() as session:
        return find(session, Image, image_id, user)


VisibleImage = Annotated[Image, Depends(visible_image)]


@router.get("/images/{image_id}/content", response_class=Response, responses=BYTES)
async def get_image_content(request: Request, image: VisibleImage) -> Response:
    """Return the image itself in full size, in a format that browsers show."""
    return await content_response(request, image)


@router.get("/images/{image_id}/display", response_class=Response, responses=BYTES)
async def get_image_display(request: Request, image: VisibleImage) -> Response:
    """Return the image to look at: upright, with a longest side of 1,600 pixels where it is larger."""
    return await display_response(request, image)


@router.get("/images/{image_id}/thumbnail", response_class=Response, responses=BYTES)
async def get_image_thumbnail(request: Request, image: VisibleImage) -> Response:
    """Return a small WebP of the image."""
    return await thumbnail_response(request, image)
