"""`eigenlabel serve` on every address of the machine, below a root path, with names that it answers under."""

import re
from pathlib import Path

import httpx

from tests.service.service import Service, wait_until

ALLOWED = "labels.example"


def test_the_sign_in_link_appears_and_has_the_port_that_was_asked_for(tmp_path: Path) -> None:
    settings = {
        "EIGENLABEL_ALLOWED_HOSTS": ALLOWED,
        "EIGENLABEL_ROOT_PATH": "/labels",
        "HTTP_PROXY": "http://127.0.0.1:9",  # nobody listens there: it is no way to oneself
        "http_proxy": "http://127.0.0.1:9",
        "no_proxy": "",
    }
    service = Service(tmp_path / "data", tmp_path, settings=settings)
    service.start("--host", "0.0.0.0")
    try:
        wait_until(lambda: "/sign-in/" in service.log.read_text(), 30, service.log)
        link = rf"http://{ALLOWED}:{service.port}/labels/sign-in/(\S+)"
        shown = re.search(link, service.log.read_text())
        assert shown, service.log.read_text()
        again = re.fullmatch(link, service.run("sign-in-link", "admin"))
        assert again
        for found in (shown, again):
            path = f"{service.url}/labels/api/v1/sign-in-links/{found[1]}"
            assert httpx.get(path, headers={"Host": f"{ALLOWED}:{service.port}"}).json()["name"] == "admin"
        assert httpx.get(f"{service.url}/live", headers={"Host": "evil.example"}).status_code == 400
    finally:
        service.stop()
