"""One round over REST: `rest_round.py http://127.0.0.1:8400 TOKEN FOLDER` (a folder in it per category)."""

import sys
import time
from pathlib import Path

import httpx

url, token, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
api = httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=300)


def call(method, path, **arguments):
    return api.request(method, path, **arguments).raise_for_status().json()


def look_at(image):  # stands for a person who looks: here the name of the file says what it shows
    return {"category_id": categories[image["filename"].split("--")[0]]}


files = sorted(path for path in folder.glob("*/*") if path.is_file())
indicators = {path.parent.name: path for path in files}  # one per category, to be uploaded first
made = call("POST", "/projects", json={"name": folder.name, "categories": sorted(indicators)})
project, categories = f"/projects/{made['id']}", {each["name"]: each["id"] for each in made["categories"]}
named = [(f"{path.parent.name}--{path.name}", path) for path in dict.fromkeys([*indicators.values(), *files])]
for start in range(0, len(named), 50):
    batch = [("files", (name, path.read_bytes())) for name, path in named[start : start + 50]]
    call("POST", f"{project}/images", files=batch, data={"split": "pool"})
encoder = call("POST", f"{project}/encoders", json={"name": "ImageNet"})
while call("GET", f"/jobs/{encoder['job_id']}")["state"] in {"queued", "running"}:
    time.sleep(0.5)
for image in call("GET", f"{project}/images", params={"limit": len(indicators)})["items"]:
    call("PUT", f"/images/{image['id']}/annotation", json=look_at(image))
config = {"schedule": [1, 1], "encoder_id": encoder["id"]}
round_path = f"/rounds/{call('POST', f'{project}/rounds', json={'config': config})['id']}"
while (given := call("POST", f"{round_path}/leases", json={"count": 5}))["waiting_for"] != "finished":
    for item in given["items"]:
        call("PUT", f"/queries/{item['query_id']}/annotation", json=look_at(item["image"]))
    time.sleep(0 if given["items"] else 0.5)
sys.stdout.write(api.get(f"{project}/export", params={"format": "csv"}).content.decode("utf-8-sig"))
