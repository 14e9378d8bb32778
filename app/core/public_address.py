"""The address under which browsers reach this service, as far as settings and the request tell it."""

from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request

from app.core.config import get_settings
from app.core.host_names import host_name


def is_https(request: Request) -> bool:
    """Return whether the browser reaches the service by HTTPS, be it through a proxy."""
    public = urlsplit(get_settings().public_url)
    same_host = public.netloc.lower() == request.headers.get("host", "").lower()
    return request.url.scheme == "https" or (public.scheme == "https" and same_host)


def absolute_url(request: Request, path: str) -> str:
    """Return the URL of a path of this service for somebody elsewhere, below the public URL if it is set."""
    settings = get_settings()
    reached = f"{request.url.scheme}://{request.url.netloc}{settings.root_path}"
    return (settings.public_url or reached) + path


def is_same_origin(request: Request) -> bool:
    """Return whether a page of this service sends `request`, by what only a browser can say.

    `Sec-Fetch-Site` is the browser's own word; it comes with HTTPS and on this machine. Elsewhere `Origin` is
    held against the host that is asked for. A host without a port may have lost it in a proxy and matches
    any: cookies are shared between the ports of a host as it is.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", ""))
    if origin.scheme not in {"http", "https"} or not origin.netloc:
        return False
    if is_https(request) and origin.scheme != "https":
        return False
    public = urlsplit(get_settings().public_url)
    page, host = _authority(origin), request.headers.get("host", "").lower()
    if (origin.scheme, page) == (public.scheme, _authority(public)):
        return True
    asked = _authority(urlsplit(f"{origin.scheme}://{host}"))
    return page == asked or (host_name(host) == host and host_name(page) == host)


def _authority(address: SplitResult) -> str:
    """Return host and port in lower case, the scheme's own port left out."""
    default = {"http": ":80", "https": ":443"}.get(address.scheme, "")
    return address.netloc.lower().removesuffix(default)
