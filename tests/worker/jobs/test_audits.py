"""Label, learn, audit to a pass by the truth: what is certified is what the exported rows prove."""

from fastapi.testclient import TestClient

from ml.certificate.audit import Audit, alpha_of, wrong_allowed
from ml.certificate.statement import Certificate, certificate
from tests.worker.bench import COLOURS, Bench
from tests.worker.in_process import child_in_this_process

__all__ = ["child_in_this_process"]

GOAL = 0.1


def test_an_audit_of_a_trained_model_is_recomputed_from_what_is_exported(client: TestClient) -> None:
    bench = Bench(client, list(COLOURS), images=20)
    round_id = bench.start(schedule=[2], strategy={"kind": "random"})
    bench.work()
    for item in bench.lease(round_id):
        bench.answer(item)
    bench.work()
    assert bench.round(round_id)["state"] == "done"

    place = f"/projects/{bench.project}"
    plan = bench.call("GET", f"{place}/audits/plan", params={"goal": GOAL})
    audit = bench.call("POST", f"{place}/audits", json={"goal": GOAL})
    assert (plan["unseen"], plan["images"]) == (audit["population"], audit["images"]) == (54, 60)
    while audit["state"] == "open":
        (item,) = bench.call("POST", f"/audits/{audit['id']}/leases", json={"count": 1})["items"]
        said = {"category_id": bench.categories[bench.truth[item["image"]["id"]]]}
        audit = bench.call("PUT", f"/audits/{audit['id']}/items/{item['item_id']}", json=said)["audit"]
    assert audit["state"] == "passed"

    exported = bench.call("GET", f"{place}/export", params={"format": "json"})
    rows = {image["id"]: image for image in exported["images"]}
    asked = bench.call("GET", f"/audits/{audit['id']}/items", params={"limit": 500})["items"]
    asked.sort(key=lambda item: item["position"])
    names = {category_id: name for name, category_id in bench.categories.items()}
    for item in asked:
        row = rows[item["image_id"]]
        assert row["labels"][0]["kind"] == "audit"
        assert row["labels"][0]["category"] == bench.truth[row["id"]] == names[item["category_id"]]
        assert row["prediction"]["category"] == names[item["label_id"]]
    wrong = sum(
        rows[item["image_id"]]["labels"][0]["category"] != rows[item["image_id"]]["prediction"]["category"]
        for item in asked
    )
    seen = sum(bool(row["labels"]) for row in rows.values())
    sample = Audit(len(rows) - (seen - len(asked)), alpha_of(1 - 0.95, 1), len(asked), wrong)
    stated = Certificate.model_validate(exported["certificate"]["statement"])
    assert stated == certificate(sample, seen - len(asked), 0.95, stated.date, goal=GOAL)
    assert exported["certificate"]["sentence"] == stated.sentence
    left = [row for row in rows.values() if not row["labels"]]
    wrong_in_truth = sum(row["prediction"]["category"] != bench.truth[row["id"]] for row in left)
    assert wrong_in_truth <= stated.wrong_at_most <= wrong_allowed(60, GOAL)
    assert bench.call("GET", f"{place}/certificates")["current"] == exported["certificate"]
