"""Taking results away: predictions, labels in the formats of `formats.py`, and the model of a round."""

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from app.access import find, find_with_role, scoped, shown_path
from app.certificates.blind import hidden_guesses
from app.certificates.certified import certified
from app.core.database import read_session, write_session
from app.core.models import Image, Project, Round
from app.core.public_address import absolute_url
from app.deps import CurrentUser
from app.exports.archives import zip_response
from app.exports.content import Export, content_of
from app.exports.downloads import download
from app.exports.formats import FORMATS
from app.exports.models import model_archive
from app.exports.report import export_report
from app.exports.rows import Source, open_source
from app.exports.schemas import ExportReport, Format, Prediction, PredictionsPage, lost_models_out, model_out
from app.jobs.schemas import JobOut
from app.jobs.views import job_out
from app.pagination import PageQuery
from app.rounds import predicting

router = APIRouter(tags=["exports"])


@router.get("/projects/{project_id}/predictions")
def list_predictions(project_id: str, user: CurrentUser, page: PageQuery) -> PredictionsPage:
    """Return what the newest model says of each image; without a model there are none.

    While an audit is open, it says nothing of images that the audit may still ask about.
    """
    with read_session() as session:
        _, role = find_with_role(session, Project, project_id, user)
        source, after = open_source(session, project_id, user.id), page.after()
        if source.predictions is None:
            return PredictionsPage(items=[], lost_models=lost_models_out(source.lost_models))
        ids = source.predictions.after(after or "", page.limit + 1)
        shown, hidden = ids[: page.limit], hidden_guesses(session, project_id)
        images = session.scalars(scoped(Image, user).where(Image.id.in_(shown)).order_by(Image.id))
        items = [
            item for image in images if image.id not in hidden and (item := _prediction(source, image, role))
        ]
    return PredictionsPage(
        items=items,
        next_cursor=page.cursor_after(shown[-1]) if len(ids) > page.limit else None,
        model=model_out(source.predictions.model),
        lost_models=lost_models_out(source.lost_models),
        audited=len(hidden),
    )


def _prediction(source: Source, image: Image, role: str) -> Prediction | None:
    guess = source.predictions.of(image.id) if source.predictions else None
    if guess is None or guess[0] not in source.categories:
        return None
    return Prediction(
        image_id=image.id,
        filename=image.filename,
        path=shown_path(image.path, role),
        split=image.split,
        category_id=guess[0],
        category=source.categories[guess[0]],
        confidence=guess[1],
    )


@router.get("/projects/{project_id}/export/report")
def report_export(project_id: str, user: CurrentUser) -> ExportReport:
    """Return what an export will lack, before it is taken: images gone from storage, or not predicted."""
    with read_session() as session:
        find(session, Project, project_id, user, "reviewer")
        audited = len(hidden_guesses(session, project_id))
        source = open_source(session, project_id, user.id)
    return export_report(source, audited)


@router.get("/projects/{project_id}/export", response_class=StreamingResponse)
def export_project(
    project_id: str, user: CurrentUser, request: Request, format: Format = "csv"
) -> StreamingResponse:
    """Return every image with its labels, where they came from, and the newest prediction, as a download.

    It is written while it is sent, so that its length is not known. `imagefolder` has the labelled images
    themselves. Those that are gone from storage are in its `missing.csv`; elsewhere `stored` marks them. The
    tasks of `labelstudio` have links to the images that work without signing in, for a time;
    `labelstudio-config` is the config for them. Truths are in it for owners only, once the project's rounds
    have ended. What is certified of the labels is in each format, and in the header Eigenlabel-Certificate.
    It has the guesses of images that an open audit may ask about: who answers that should not read it.
    """
    with read_session() as session:
        project = find(session, Project, project_id, user, "reviewer")
        source = open_source(session, project_id, user.id)
        certificate = certified(session, project_id)
        audited = len(hidden_guesses(session, project_id))
        site = absolute_url(request, "")
        export = Export(project.id, project.name, source, site, certificate, audited)
    row, content = FORMATS[format], content_of(export, format)
    return download(content, row.media_type, f"eigenlabel-{project.id}{row.suffix}", export.certified)


@router.post("/projects/{project_id}/predict", status_code=202)
def predict_later_images(project_id: str, user: CurrentUser) -> JobOut:
    """Have the newest model predict the images that it has not seen; the job that does, or waits to do so.

    Imports and uploads start it by themselves. What one that is cancelled leaves, the next one predicts.
    """
    with write_session() as session:
        find(session, Project, project_id, user, "reviewer")
        return job_out(predicting.predict_later_images(session, project_id, user.id))


@router.get("/rounds/{round_id}/model", response_class=StreamingResponse)
def download_model(round_id: str, user: CurrentUser) -> StreamingResponse:
    """Return a zip of the round's newest model: head, description and encoder (safetensors and JSON)."""
    with read_session() as session:
        row = find(session, Round, round_id, user, "reviewer")
        return zip_response(model_archive(session, row), f"model-{round_id}.zip")
