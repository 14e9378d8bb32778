"""Labels that are held back to measure by."""

from collections.abc import Sequence
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.core.database import write_session
from app.images import hold_back
from app.labelling.records import supersede
from tests.app.images.files import categories_of, new_project, png
from tests.app.images.test_import_conflicts import labels
from tests.app.images.test_upload_labels import HOLDOUT, upload


def test_a_tenth_of_the_labels_is_held_back_to_measure(client: TestClient) -> None:
    project = new_project(client)
    upload(client, project, HOLDOUT | {"rare/1.png": png(999)}, labels="annotate", import_id="one")
    held = client.post(
        f"/api/v1/projects/{project}/hold-back", json={"share": 0.34, "import_id": "one"}
    ).json()
    assert (held["moved"], sorted(held["by_category"].values())) == (4, [2, 2])
    counts = client.get(f"/api/v1/projects/{project}").json()["counts"]
    assert (counts["pool"], counts["test"], counts["truths"]) == (9, 4, 4)
    truths, standing = labels(project, "truth"), labels(project, "annotate")
    assert not truths.keys() & standing.keys()
    assert truths | standing == {path: path.split("/")[-2] for path in [*HOLDOUT, "rare/1.png"]}


def test_nothing_is_held_back_where_there_is_nothing(client: TestClient) -> None:
    project = new_project(client, "cat")
    upload(client, project, HOLDOUT)
    path = f"/api/v1/projects/{project}/hold-back"
    assert client.post(path, json={}).status_code == 409
    assert client.post(path, json={"share": 0.9}).status_code == 422


def test_what_is_held_back_of_merged_categories_is_split_with_them(client: TestClient) -> None:
    project = new_project(client)
    upload(client, project, HOLDOUT, labels="annotate")
    ids = categories_of(client, project)
    client.post(f"/api/v1/categories/{ids['metals']}/merge", json={"into": ids["glass"]})
    held = client.post(f"/api/v1/projects/{project}/hold-back", json={"share": 0.5}).json()
    assert held["by_category"] == {ids["glass"]: 6}
    assert client.post(f"/api/v1/categories/{ids['metals']}/split").status_code == 200
    standing = labels(project, "truth") | labels(project, "annotate")
    assert standing == {path: path.split("/")[-2] for path in HOLDOUT}


@pytest.mark.only("postgresql", "two transactions at once")
def test_a_label_that_is_corrected_meanwhile_stays(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = new_project(client)
    upload(client, project, HOLDOUT, labels="annotate")
    choose = hold_back._chosen
    corrected: list[str] = []

    def meanwhile(rows: Sequence[Any], share: float) -> Sequence[Any]:
        chosen = choose(rows, share)
        if not corrected:
            corrected.append(chosen[0].image_id)
            with write_session() as session:
                supersede(session.connection(), chosen[0].id)
        return chosen

    monkeypatch.setattr(hold_back, "_chosen", meanwhile)
    assert client.post(f"/api/v1/projects/{project}/hold-back", json={"share": 0.5}).json()["moved"] == 5
    assert client.get(f"/api/v1/images/{corrected[0]}").json()["split"] == "pool"
