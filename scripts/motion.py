"""A recording of a page as an animated WebP."""

import io
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

WIDTH = 960
QUALITY = 82


@dataclass
class Recording:
    """The frames of a page, each with how long it is shown in milliseconds."""

    page: Page
    frames: list[Image.Image] = field(default_factory=list)
    durations: list[int] = field(default_factory=list)

    def show(self, milliseconds: int) -> None:
        """Keep what the page shows now; what it showed last is shown longer where nothing has changed."""
        frame = self._frame()
        if self.frames and frame.tobytes() == self.frames[-1].tobytes():
            self.durations[-1] += milliseconds
            return
        self.frames.append(frame)
        self.durations.append(milliseconds)

    def save(self, path: Path) -> None:
        """Write the frames to `path`; they are shown again and again."""
        first, *others = self.frames
        first.save(
            path,
            save_all=True,
            append_images=others,
            duration=self.durations,
            loop=0,
            quality=QUALITY,
            method=6,
            allow_mixed=True,
        )

    def _frame(self) -> Image.Image:
        picture = Image.open(io.BytesIO(self.page.screenshot(animations="allow"))).convert("RGB")
        height = round(picture.height * WIDTH / picture.width)
        return picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
