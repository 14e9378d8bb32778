"""`/metrics`, in Prometheus' text format."""

from hmac import compare_digest
from ipaddress import ip_address

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.core.config import get_settings
from app.core.instruments import REGISTRY
from app.core.problems import Problem
from app.metrics.installation import get_installation

router = APIRouter(tags=["health"])
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def require_reader(request: Request) -> None:
    """Raise 401 without the metrics token; where none is set, 403 for whoever is not on this machine."""
    token = get_settings().metrics_token.get_secret_value()
    if not token:
        if _is_local(request):
            return
        raise Problem(403, "Only this machine may read these. EIGENLABEL_METRICS_TOKEN lets others.")
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not compare_digest(sent.strip().encode(), token.encode()):
        raise Problem(401, "Send the metrics token.", headers={"WWW-Authenticate": "Bearer"})


def _is_local(request: Request) -> bool:
    """Return whether a process of this machine asks for itself; a proxy's requests are somebody else's."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


@router.get(
    "/metrics",
    dependencies=[Depends(require_reader)],
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics() -> Response:
    """Return the figures of this process and of the whole installation, for Prometheus."""
    content = generate_latest(REGISTRY) + generate_latest(get_installation())
    return Response(content, media_type=CONTENT_TYPE_LATEST)
