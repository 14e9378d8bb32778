"""The whole service with its blobs in an S3-compatible store."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.s3 import SECRET_KEY, S3Server
from tests.service.oracle import Oracle
from tests.service.service import Service
from tests.service.test_round import check_exports, check_steps


@pytest.mark.slow
def test_a_round_with_remote_blobs(
    make_service: Callable[[], Service], s3_server: S3Server, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = s3_server.new_bucket()
    for name, value in s3_server.settings(f"s3://{bucket}").items():
        monkeypatch.setenv(name, value)
    service = make_service()
    oracle = Oracle(service.client())
    oracle.new_collection(digits)
    encoder = oracle.bundled_encoder()
    oracle.give_indicators()
    started = oracle.start_round(encoder, [1, 1])
    oracle.play(started["id"])
    assert oracle.call("GET", f"/rounds/{started['id']}")["state"] == "done"
    check_steps(oracle, started["id"])
    check_exports(oracle, started["id"])
    assert oracle.api.get(f"/encoders/{encoder}/download").content[:2] == b"PK"
    assert not (service.data / "blobs").exists(), "nothing that another replica needs is kept here"
    assert len(list((service.data / "work" / "copies" / "images").rglob("*/*"))) == 190
    service.stop()
    told = service.log.read_text()
    assert f"s3://{bucket}" in told
    assert SECRET_KEY not in told
