"""What a reverse proxy says of the request that it passes on: `X-Forwarded-For`, `-Proto` and `-Host`.

Only a proxy that the installation trusts is believed. The header `Forwarded` (RFC 7239) is not read: a proxy
that writes one of the two kinds passes the other on as its client wrote it.
"""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.core.addresses import plain_address, with_mapped


def checked_proxies(proxies: list[str]) -> list[str]:
    """Return the addresses and networks; ValueError where one is none."""
    for proxy in proxies:
        try:
            ip_network(proxy)
        except ValueError:
            raise ValueError(
                f"{proxy!r} is not an address such as 127.0.0.1 or a network such as 10.0.0.0/8"
            ) from None
    return proxies


class ForwardedHeaders:
    """Put client, scheme and host of the original request in place of the proxy's, where it is trusted.

    The client is the right-most address of `X-Forwarded-For` that is no trusted proxy: what stands left of it
    was written by whoever sent the request.
    """

    def __init__(self, app: ASGIApp, proxies: Iterable[str]) -> None:
        self._app = app
        self._networks = with_mapped(ip_network(proxy) for proxy in proxies)
        self._with_client = ProxyHeadersMiddleware(self._plainly, [str(each) for each in self._networks])  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _write_plainly(scope)
            if scope.get("client") and self._trusts(scope["client"][0]):
                _restore_host(scope)
        await self._with_client(scope, receive, send)  # type: ignore[arg-type]

    async def _plainly(self, scope: Scope, receive: Receive, send: Send) -> None:
        _write_plainly(scope)  # what the header said
        await self._app(scope, receive, send)

    def _trusts(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)


def _write_plainly(scope: Scope) -> None:
    if scope.get("client"):
        host, port = scope["client"]
        scope["client"] = (plain_address(host), port)


def _restore_host(scope: Scope) -> None:
    """Give the request the `Host` that the browser sent, where the proxy tells it."""
    told = Headers(scope=scope).get("x-forwarded-host", "").rpartition(",")[2].strip()
    if told:
        MutableHeaders(scope=scope)["host"] = told
