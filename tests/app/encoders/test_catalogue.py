from fastapi.testclient import TestClient

from tests.app.images.files import new_project

API = "/api/v1"


def test_encoders_to_choose_from_are_listed_with_what_they_cost(client: TestClient) -> None:
    told = client.get(f"{API}/encoders/catalogue").json()
    first = told[0]
    assert (first["name"], first["image_size"], first["pooling"]) == (
        "vit_small_patch14_dinov2.lvd142m",
        224,
        "token",
    )
    assert (first["licence"]["title"], first["licence"]["commercial"]) == ("Apache-2.0", True)
    downloads = {each["name"]: each for each in client.get(f"{API}/encoders/downloads").json()}
    for each in told:
        download = downloads[each["name"].partition(".")[0]]
        assert (each["bytes"], each["allowed"]) == (download["bytes"], download["allowed"])
    assert {each["name"] for each in told if not each["licence"]["commercial"]} == {
        "fastvit_mci0.apple_mclip",
        "vit_tiny_patch16_dinov3_qkvb.eupe_lvd1689m",
    }
    assert all(each["licence"]["note"] for each in told if not each["licence"]["commercial"])


def test_each_can_be_asked_for_with_the_advised_settings(client: TestClient) -> None:
    project = new_project(client)
    for each in client.get(f"{API}/encoders/catalogue").json():
        advised = {name: each[name] for name in ("name", "image_size", "pooling")}
        body = {"name": each["title"], "encoder": {"kind": "timm", **advised}}
        assert client.post(f"{API}/projects/{project}/encoders", json=body).status_code == 202
