"""Every export says what is certified of the labels, in the sentence that the page and the API say."""

import csv
import io
import json
import zipfile

from fastapi.testclient import TestClient
from httpx import Response

from tests.app.certificates.conftest import IMAGES, Collection


def exported(client: TestClient, collection: Collection, form: str) -> Response:
    """Return a download."""
    answer = client.get(f"{collection.url}/export?format={form}")
    assert answer.status_code == 200
    return answer


def said_by(client: TestClient, collection: Collection) -> set[str]:
    """Return every sentence about the labels in every format; each is in all places that a format has."""
    table = exported(client, collection, "csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    document = exported(client, collection, "json").json()
    tasks = exported(client, collection, "labelstudio").json()
    with zipfile.ZipFile(io.BytesIO(exported(client, collection, "imagefolder").content)) as archive:
        kept = json.loads(archive.read("certificate.json"))
        text = archive.read("certificate.txt").decode()
    assert len(rows) == len(tasks) == IMAGES
    assert kept == document["certificate"]
    return {
        table.headers["Eigenlabel-Certificate"],
        *(row["certificate"] for row in rows),
        document["certificate"]["said"],
        *(task["data"]["certificate"] for task in tasks),
        text.removesuffix("\n"),
    }


def test_every_export_says_what_the_api_says_also_when_it_is_void(
    olga: TestClient, collection: Collection
) -> None:
    plain = exported(olga, collection, "csv")
    assert "Eigenlabel-Certificate" not in plain.headers
    assert exported(olga, collection, "json").json()["certificate"] is None
    with zipfile.ZipFile(io.BytesIO(exported(olga, collection, "imagefolder").content)) as archive:
        assert not any(name.startswith("certificate") for name in archive.namelist())

    audit = collection.start(olga)
    collection.audit(olga, audit["id"])
    current = collection.certificates(olga)["current"]
    assert said_by(olga, collection) == {current["said"]}
    assert exported(olga, collection, "json").json()["certificate"] == current

    collection.train(0, number=2)
    void = collection.certificates(olga)["current"]
    assert void["said"].startswith("Void, it was: ")
    assert said_by(olga, collection) == {void["said"]}
