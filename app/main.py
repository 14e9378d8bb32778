"""The application: routers, errors, middleware. `create_app` is what the server and the tests start."""

from fastapi import APIRouter, Depends, FastAPI

from app import health, openapi, spa
from app.auth import router as sign_in
from app.certificates import router as certificates
from app.core import error_handlers, web
from app.core.logging import configure_logging
from app.core.problems import ProblemDetail
from app.deps import require_json
from app.encoders import comparison_router, pretrain_router
from app.encoders import router as encoders
from app.events import router as events
from app.exports import router as exports
from app.images import import_router, label_file_router, link_router
from app.images import router as images
from app.indicators import candidates
from app.jobs import router as jobs
from app.labelling import cluster_router, label_router, lease_router
from app.labelling import router as labelling
from app.metrics import router as metrics
from app.projects import category_router, invitation_router, member_router
from app.projects import router as projects
from app.review import router as reviews
from app.rounds import router as rounds
from app.sources import router as sources
from app.users import router as users
from ml.version import VERSION

API = "/api/v1"
ROUTERS: list[APIRouter] = [
    lease_router.router,  # routes are tried in this order: the busiest first
    labelling.router,
    sign_in.router,
    users.router,
    projects.router,
    category_router.router,
    member_router.router,
    invitation_router.router,
    images.router,
    label_router.router,
    cluster_router.router,
    import_router.router,
    link_router.router,
    label_file_router.router,
    encoders.router,
    pretrain_router.router,
    comparison_router.router,
    sources.router,
    candidates.router,
    rounds.router,
    certificates.router,
    reviews.router,
    jobs.router,
    events.router,
    exports.router,
]


def create_app() -> FastAPI:
    """Return the application for the settings of this process."""
    configure_logging()
    application = FastAPI(
        title="Eigenlabel",
        version=VERSION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=openapi.operation_id,
        responses={"4XX": {"model": ProblemDetail, "description": "Problem"}},
    )
    error_handlers.install(application)
    openapi.install(application)
    spa.install(application)
    web.install(application)
    application.include_router(health.router)
    application.include_router(metrics.router)
    for router in ROUTERS:
        application.include_router(router, prefix=API, dependencies=[Depends(require_json)])
    for beacons in (lease_router.beacon_router, reviews.beacon_router):
        application.include_router(beacons, prefix=API)  # a closing tab can only send text
    return application
