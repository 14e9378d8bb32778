"""The service behind a real nginx and a real Caddy, as docs/behind-a-proxy.md sets them up."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Engine

from app.core.config import get_settings
from app.core.database import write_session
from app.core.models import User
from app.core.security import hash_password
from tests.app.images.files import png
from tests.app.live_server import serving
from tests.servers.web_proxy import HOST, WebProxy

pytestmark = pytest.mark.only("sqlite", "what a proxy does has nothing to do with the database")
PASSWORD = "correct horse"
PROXIES = [WebProxy(program, strips) for program in ("nginx", "caddy") for strips in (False, True)]
BODY_BYTES = 9 * 1024**2
"""More than an api body may have, nginx buffers in memory, or its default limit lets through."""
Person = Callable[..., httpx.Client]


@pytest.fixture
def service(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Return the port of a service that knows olga, is reached as labels.example and trusts 127.0.0.1."""
    monkeypatch.setenv("EIGENLABEL_ROOT_PATH", "/labels")
    monkeypatch.setenv("EIGENLABEL_ALLOWED_HOSTS", HOST)
    monkeypatch.setenv("EIGENLABEL_TRUSTED_PROXIES", "127.0.0.1")
    get_settings.cache_clear()
    with write_session() as session:
        session.add(User(name="olga", password_hash=hash_password(PASSWORD), role="admin"))
    with serving() as port:
        yield port


@pytest.fixture
def person() -> Iterator[Person]:
    """Return a function that returns a client with an address of this machine of its own."""
    made: list[httpx.Client] = []

    def make(port: int, address: str, scheme: str = "http", **headers: str) -> httpx.Client:
        own = {"Host": f"{HOST}:{port}", "Origin": f"{scheme}://{HOST}:{port}"}
        transport = httpx.HTTPTransport(local_address=address, verify=False)
        url = f"{scheme}://127.0.0.1:{port}/labels"
        made.append(httpx.Client(base_url=url, transport=transport, headers=own | headers, timeout=60))
        return made[-1]

    yield make
    for client in made:
        client.close()


def sign_in(client: httpx.Client, password: str = PASSWORD) -> httpx.Response:
    return client.post("/api/v1/sessions", json={"username": "olga", "password": password})


@pytest.mark.parametrize("proxy", PROXIES, ids=str)
def test_a_service_behind_a_proxy(proxy: WebProxy, service: int, person: Person, tmp_path: Path) -> None:
    with proxy.running(service, tmp_path) as port:
        olga = person(port, "127.0.0.11")
        page = olga.get("/projects/deep/link", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        signed_in = sign_in(olga)
        assert signed_in.status_code == 201, signed_in.text
        cookie = signed_in.headers["set-cookie"]
        assert "; Path=/labels;" in cookie
        assert "secure" not in cookie.lower()
        olga.headers["Cookie"] = cookie.partition(";")[0]
        assert olga.get("/api/v1/me").json()["name"] == "olga"
        moved = olga.get("/api/v1/projects/")
        assert (moved.status_code, moved.headers["location"]) == (307, "/labels/api/v1/projects")
        if not proxy.strips:  # hashing passwords takes its time
            check_clients(port, person)
        check_transfers(olga)


def check_clients(port: int, person: Person) -> None:
    """Each address has its own count of failures, whatever it writes into headers."""
    forged = {"X-Forwarded-For": "192.0.2.1", "X-Real-IP": "192.0.2.1", "Forwarded": "for=192.0.2.1"}
    guesser = person(port, "127.0.0.12", **forged)
    tries = []
    for number in range(11):
        guesser.headers["X-Forwarded-For"] = f"192.0.2.{number}"
        tries.append(sign_in(guesser, "wrong").status_code)
    assert tries == [401] * 10 + [429]
    assert sign_in(person(port, "127.0.0.13"), "wrong").status_code == 401
    liar = sign_in(
        person(port, "127.0.0.14", **{"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"})
    )
    assert liar.status_code == 201
    assert "secure" not in liar.headers["set-cookie"].lower()
    assert sign_in(person(port, "127.0.0.15", Origin="http://evil.example")).status_code == 403


def check_transfers(olga: httpx.Client) -> None:
    """Large bodies arrive, pieces of images and events leave, each as it comes."""
    project = olga.post("/api/v1/projects", json={"name": "p", "categories": ["a"]}).json()["id"]
    noise = ("noise.png", b"\x89PNG" + bytes(BODY_BYTES), "image/png")
    picture = ("one.png", png(), "image/png")
    sent = olga.post(f"/api/v1/projects/{project}/images", files=[("files", noise), ("files", picture)])
    assert sent.status_code == 201, sent.text
    assert [each["filename"] for each in sent.json()["rejected"]] == ["noise.png"]
    image = olga.get(f"/api/v1/projects/{project}/images").json()["items"][0]["id"]
    whole = olga.get(f"/api/v1/images/{image}/content").content
    piece = olga.get(f"/api/v1/images/{image}/content", headers={"Range": "bytes=5-24"})
    assert (piece.status_code, piece.content) == (206, whole[5:25])
    with olga.stream("GET", f"/api/v1/projects/{project}/events") as stream:
        first = next(line for line in stream.iter_lines() if line.startswith("data:"))
        assert olga.get("/api/v1/me").status_code == 200, "a buffered stream would have kept us waiting"
    assert '"round"' in first


def test_cookies_are_secure_behind_nginx_with_tls(service: int, person: Person, tmp_path: Path) -> None:
    with WebProxy("nginx").running(service, tmp_path, certificate(tmp_path)) as port:
        answer = sign_in(person(port, "127.0.0.11", scheme="https"))
        assert answer.status_code == 201, answer.text
        assert "; secure" in answer.headers["set-cookie"].lower()
        assert sign_in(person(port, "127.0.0.11", "https", Origin=f"http://{HOST}:{port}")).status_code == 403


def certificate(folder: Path) -> tuple[Path, Path]:
    """Return the files of a new certificate, signed by itself, and of its key."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)]),
    )
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(begin).not_valid_after(begin + datetime.timedelta(days=9))
    signed = builder.sign(key, hashes.SHA256())
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return files
