"""The application: routers, errors, middleware. `create_app` is what the server and the tests start."""

from fastapi import APIRouter, Depends, FastAPI

from app import errors, openapi, spa
from app.annotations import router as annotations
from app.auth import accounts
from app.auth import router as sign_in
from app.core import health, web
from app.core.logging import configure_logging
from app.deps import require_json
from app.encoders import pretrain_router
from app.encoders import router as encoders
from app.exports import router as exports
from app.images import candidates, import_router, label_file_router, label_router, link_router
from app.images import router as images
from app.jobs import router as jobs
from app.metrics import router as metrics
from app.projects import categories, invitation_router, members
from app.projects import router as projects
from app.rounds import lease_router
from app.rounds import router as rounds
from app.sources import router as sources
from ml.version import VERSION

API = "/api/v1"
ROUTERS: list[APIRouter] = [
    lease_router.router,  # routes are tried in this order: the busiest first
    annotations.router,
    sign_in.router,
    accounts.router,
    projects.router,
    categories.router,
    members.router,
    invitation_router.router,
    images.router,
    label_router.router,
    import_router.router,
    link_router.router,
    label_file_router.router,
    encoders.router,
    pretrain_router.router,
    sources.router,
    candidates.router,
    rounds.router,
    jobs.router,
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
        responses={"4XX": {"model": errors.ProblemDetail, "description": "Problem"}},
    )
    errors.install(application)
    openapi.install(application)
    spa.install(application)
    web.install(application)
    application.include_router(health.router)
    application.include_router(metrics.router)
    for router in ROUTERS:
        application.include_router(router, prefix=API, dependencies=[Depends(require_json)])
    application.include_router(lease_router.beacon_router, prefix=API)  # a closing tab can only send text
    return application
