"""What one member who uploads eight zips of new photos at a time costs another user.

python -m benchmarks.upload_pressure http://127.0.0.1:8400 --seed data/eigenlabel.sqlite3
"""

import io
import queue
import random
import threading
import zipfile
from multiprocessing.synchronize import Event

import httpx
from PIL import Image

from benchmarks.label_seed import Seeded
from benchmarks.pressure import Address, run

AT_ONCE = 8
PHOTOS = 40
SIZE = (640, 480)


def photos() -> list[bytes]:
    """Return JPEGs of noise."""
    made = []
    for sigma in range(20, 20 + PHOTOS):
        buffer = io.BytesIO()
        Image.effect_noise(SIZE, sigma).convert("RGB").save(buffer, "JPEG")
        made.append(buffer.getvalue())
    return made


def archive(images: list[bytes]) -> bytes:
    """Return a zip of the images, each with bytes behind its end that make it a new one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as writer:
        for number, image in enumerate(images):
            writer.writestr(f"{number}.jpg", image + random.randbytes(16))
    return buffer.getvalue()


def upload(address: Address, seeded: Seeded, images: list[bytes], going: Event) -> None:
    """Upload for ever."""
    url = f"http://{address[0]}:{address[1]}/api/v1/projects/{seeded.project_id}/images"
    with httpx.Client(headers={"Authorization": f"Bearer {seeded.tokens[0]}"}, timeout=None) as client:
        while True:
            content = archive(images)
            going.set()
            answer = client.post(url, files={"files": ("photos.zip", content)})
            answer.raise_for_status()
            if answer.json()["created"] != len(images):
                raise RuntimeError("Some photos were not stored.")


def load(address: Address, seeded: Seeded, going: Event) -> None:
    """Load the service until this process ends; the failure of one upload ends it."""
    images, failures = photos(), queue.SimpleQueue[Exception]()

    def member() -> None:
        try:
            upload(address, seeded, images, going)
        except Exception as error:
            failures.put(error)

    for _ in range(AT_ONCE):
        threading.Thread(target=member, daemon=True).start()
    raise failures.get()


if __name__ == "__main__":
    run(load, f"{AT_ONCE} uploads of {PHOTOS} photos at a time, by one member")
