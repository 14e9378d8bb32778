"""One journey, from a folder of digits to what people take away, and whether it is all of one model.

It needs a client with an owner's token (or cookie) and a folder that the service may import: whether the
service runs beside the test, in a stack or in containers makes no difference.
"""

import csv
import io
import json
import zipfile
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpx
import numpy as np

from tests.service.applied import DownloadedModel
from tests.service.oracle import DIGITS, Oracle, digit_of

NEAR = 1e-3
"""How far a confidence may be off that other kernels have computed: a model's answers have to be the same."""


@dataclass
class Journey:
    """Rounds played in one project; `folder` is where the service finds `pool` and `test`."""

    oracle: Oracle
    folder: str
    encoder: str = ""
    played: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, api: httpx.Client, folder: str, patience: float = 120) -> "Journey":
        """Return a journey whose images are imported, its encoder ready and its indicators given."""
        journey = cls(Oracle(api, patience=patience), folder)
        journey.oracle.new_project()
        journey.oracle.import_folder(f"{folder}/pool", "pool")
        journey.oracle.import_folder(f"{folder}/test", "test", labels="truth")
        journey.encoder = journey.oracle.bundled_encoder()
        journey.oracle.give_indicators()
        return journey

    def play(self, schedule: list[int], until_step: int = 99, **config: Any) -> str:
        """Play a round and return its id; with `until_step` it is left when it comes there."""
        started = self.oracle.start_round(self.encoder, schedule, **config)["id"]
        self.played.append(started)
        self.oracle.play(started, seconds=4 * self.oracle.patience, until_step=until_step)
        return str(started)

    def leave(self) -> None:
        """Cancel the round that is being played."""
        self.oracle.call("POST", f"/rounds/{self.played[-1]}/cancel")

    def add_images(self, files: dict[str, bytes]) -> None:
        """Upload images to the pool and wait until the newest model has predicted them, unasked."""
        before = {image["id"] for image in self.oracle.items(f"/projects/{self.oracle.project}/images")}
        for name, content in files.items():
            files_ = [("files", (name, content))]
            path = f"/projects/{self.oracle.project}/images"
            assert self.oracle.api.post(path, files=files_, data={"split": "pool"}).is_success
        images = self.oracle.items(f"/projects/{self.oracle.project}/images")
        self.added += [image["id"] for image in images if image["id"] not in before]
        for job in self.oracle.items("/jobs", project=self.oracle.project):
            if job["kind"] == "predict":
                self.oracle.done(job["id"])

    def trained_steps(self) -> list[dict[str, Any]]:
        """Return the steps of the last round that have been measured, as the table of steps shows them."""
        steps = self.oracle.call("GET", f"/rounds/{self.played[-1]}/steps")
        return [step for step in steps if step["accuracy"] is not None]

    def check(self) -> dict[str, Any]:
        """Check that whatever leaves is what was shown; returns the step that was."""
        shown = self.trained_steps()[-1]
        images = self.oracle.items(f"/projects/{self.oracle.project}/images")
        truths = {each["id"]: digit_of(each["filename"]) for each in images if each["split"] == "test"}
        predicted = self.predicted()
        assert predicted.keys() == {image["id"] for image in images}
        measured = accuracy({image: predicted[image][0] for image in truths}, truths)
        assert measured == {name: shown["accuracy"][name] for name in measured}
        self.check_model(shown["accuracy"])
        self.check_csv(predicted, shown)
        self.check_json(predicted, shown)
        self.check_label_studio(predicted, shown)
        self.check_image_folder(images, predicted, shown)
        self.check_download(predicted, truths, shown)
        return shown

    def check_model(self, shown: dict[str, Any]) -> None:
        """Check that `/predictions` names the model of the last round's last step."""
        found = self.oracle.call("GET", f"/projects/{self.oracle.project}/predictions")["model"]
        assert found["accuracy"] == shown
        assert (found["round_id"], found["step"]) == (self.played[-1], self.trained_steps()[-1]["index"])
        assert found["round"] == len(self.played)

    def predicted(self) -> dict[str, tuple[str, float]]:
        """Return (category, confidence) by image, as `/predictions` has them."""
        items = self.oracle.items(f"/projects/{self.oracle.project}/predictions")
        return {item["image_id"]: (item["category"], item["confidence"]) for item in items}

    def export(self, form: str) -> str:
        """Return the text of an export."""
        return self.exported(form).decode("utf-8-sig")

    def exported(self, form: str) -> bytes:
        """Return an export."""
        path = f"/projects/{self.oracle.project}/export"
        answer = self.oracle.api.get(path, params={"format": form})
        assert answer.is_success, answer.text
        return answer.content

    def check_csv(self, predicted: dict[str, tuple[str, float]], shown: dict[str, Any]) -> None:
        """Check the predictions in the table, and which model it says they are of."""
        rows = list(csv.DictReader(io.StringIO(self.export("csv"))))
        found = {
            row["image_id"]: (row["predicted_category"], float(row["predicted_confidence"])) for row in rows
        }
        assert found == predicted
        said = {(row["model_round"], row["model_step"], float(row["model_accuracy"])) for row in rows}
        assert said == {(str(len(self.played)), str(shown["index"]), shown["accuracy"]["top1"])}

    def check_json(self, predicted: dict[str, tuple[str, float]], shown: dict[str, Any]) -> None:
        """Check the predictions in our own JSON, and which model it says they are of."""
        document = json.loads(self.export("json"))
        found = {
            image["id"]: (image["prediction"]["category"], image["prediction"]["confidence"])
            for image in document["images"]
        }
        assert found == predicted
        self.check_origin(document["model"], shown)

    def check_origin(self, model: dict[str, Any], shown: dict[str, Any]) -> None:
        """Check that `model` names the last round's last step, with the accuracy that is shown."""
        assert (model["round"], model["round_id"]) == (len(self.played), self.played[-1])
        assert (model["step"], model["accuracy"]) == (shown["index"], shown["accuracy"])

    def check_label_studio(self, predicted: dict[str, tuple[str, float]], shown: dict[str, Any]) -> None:
        """Check the predictions of the tasks, and which model they say they are of."""
        found, versions = dict[str, tuple[str, float]](), set[str]()
        for task in json.loads(self.export("labelstudio")):
            (prediction,) = task["predictions"]
            (choice,) = prediction["result"][0]["value"]["choices"]
            found[task["data"]["image_id"]] = choice, prediction["score"]
            versions.add(prediction["model_version"])
            self.check_origin(task["data"]["model"], shown)
        assert found == predicted
        (version,) = versions
        assert version.startswith(f"round {len(self.played)}, step {shown['index']},")
        assert repr(shown["accuracy"]["top1"]) in version

    def check_image_folder(
        self, images: list[dict[str, Any]], predicted: dict[str, tuple[str, float]], shown: dict[str, Any]
    ) -> None:
        """Check every row of the image folders' tables: its file, label and prediction, and whose that is."""
        names = {category: name for name, category in self.oracle.categories().items()}
        labelled = {image["sha256"]: image for image in images if image["category_id"]}
        found = dict[str, tuple[str, float]]()
        with zipfile.ZipFile(io.BytesIO(self.exported("imagefolder"))) as archive:
            tables = [name for name in archive.namelist() if name.endswith("metadata.csv")]
            for table in tables:
                folder = table.removesuffix("metadata.csv")
                for row in csv.DictReader(io.StringIO(archive.read(table).decode("utf-8-sig"))):
                    assert sha256(archive.read(folder + row["file_name"])).hexdigest() == row["sha256"]
                    image = labelled.pop(row["sha256"], None)
                    if image is None:  # a test image, which has a truth and no label
                        continue
                    assert (row["path"], row["kind"]) == (image["path"], image["kind"])
                    assert row["label"] == names[image["category_id"]]
                    found[image["id"]] = row["predicted"], float(row["confidence"])
                    assert row["model"].startswith(f"round {len(self.played)}, step {shown['index']},")
                    assert repr(shown["accuracy"]["top1"]) in row["model"]
        assert labelled == {}
        assert len(found) == shown["labels"]
        assert found == {image: predicted[image] for image in found}

    def check_download(
        self, predicted: dict[str, tuple[str, float]], truths: dict[str, str], shown: dict[str, Any]
    ) -> None:
        """Check that the model that is downloaded says of the test images what was exported."""
        answer = self.oracle.api.get(f"/rounds/{self.played[-1]}/model")
        assert answer.is_success, answer.text
        model = DownloadedModel.of(answer.content)
        self.check_origin(model.origin, shown)
        images = [*truths, *self.added]
        contents = {image: self.oracle.api.get(f"/images/{image}/content").content for image in images}
        names = {category: name for name, category in self.oracle.categories().items()}
        own = {image: (names[key], share) for image, (key, share) in model.predictions(contents).items()}
        named = {image: name for image, (name, _) in own.items()}
        assert named == {image: predicted[image][0] for image in images}
        assert max(abs(own[image][1] - predicted[image][1]) for image in images) < NEAR
        measured = accuracy(named, truths)
        assert measured == {name: shown["accuracy"][name] for name in measured}


def accuracy(predicted: dict[str, str], truths: dict[str, str]) -> dict[str, Any]:
    """Return what the table of steps shows of these predictions: shares right, of all and over categories."""
    right = {image: predicted[image] == truth for image, truth in truths.items()}
    shares = []
    for digit in DIGITS:
        own = [right[image] for image, truth in truths.items() if truth == digit]
        shares.append(sum(own) / len(own))
    mean = float(np.mean(shares))
    return {"top1": sum(right.values()) / len(right), "mean_class": mean, "images": len(right)}
