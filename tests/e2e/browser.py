"""A real browser that remembers everything it complained about."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Playwright, expect

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
SCREEN = {"width": 1366, "height": 768}
SCREENSHOTS = Path(__file__).parent / "screenshots"
PASSWORD = "a long pass phrase"
IMAGES_LOADED = "() => [...document.images].every((image) => image.complete || image.loading === 'lazy')"
ALL_SENT = "() => !Object.keys(localStorage).some((key) => key.startsWith('eigenlabel.pending'))"
LOST = re.compile(r"ERR_(FAILED|INTERNET_DISCONNECTED|ABORTED|NETWORK_CHANGED)")
IMAGE = "img[alt='Image to label']"


def launch(playwright: Playwright) -> Browser:
    """Return the Chromium that is found on PATH."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    assert path is not None, "The end-to-end tests need Chromium on PATH."
    return playwright.chromium.launch(executable_path=path, args=list(FLAGS))


@dataclass
class Visit:
    """One page of a browser context, and every error and warning that it has shown so far."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", self._on_error)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} or "Content Security Policy" in message.text:
            about = message.location.get("url", "")
            self.complaints.append(f"{self.page.url}: {message.type}: {message.text} {about}")

    def _on_error(self, error: Error) -> None:
        self.complaints.append(f"{self.page.url}: {error}")

    def goto(self, path: str) -> None:
        """Open a path of the service."""
        self.page.goto(f"{self.url}{path}")

    def sign_in_by_link(self, link: str) -> None:
        """Follow a one-time link, choosing a password where one is needed; ends on the projects."""
        self.goto(link[link.index("/sign-in") :])
        button = self.page.get_by_role("button", name="sign in")
        button.wait_for()
        password = self.page.get_by_label("Choose a password")
        if password.count():
            password.fill(PASSWORD)
        button.click()
        expect(self.page.get_by_role("heading", name="Projects")).to_be_visible()

    def sign_in(self, name: str) -> None:
        """Sign in with the password of the tests; ends on the projects."""
        self.goto("/sign-in")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Projects")).to_be_visible()

    @contextmanager
    def left_without_a_connection(self) -> Iterator[None]:
        """Take the connection away once all answers are sent, and give it back once the page is gone."""
        self.page.wait_for_function(ALL_SENT)
        requests = f"{self.url}/api/**"
        self.page.context.route(requests, lambda route: route.abort("internetdisconnected"))
        yield
        self.page.goto("about:blank")
        self.page.context.unroute(requests)
        self.complaints[:] = [text for text in self.complaints if not LOST.search(text)]

    def screenshot(self, name: str, *, whole: bool = False) -> None:
        """Keep a picture of the page for people to look at."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.wait_for_function(IMAGES_LOADED)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)

    def shown_image(self) -> str:
        """Return the id of the image that is before the annotator."""
        source = self.page.locator(IMAGE).get_attribute("src")
        assert source is not None
        return source.split("/")[-2]

    def wait_for_other_image(self, image_id: str) -> None:
        """Wait until another image than this one is shown, and has been long enough to be answered."""
        expect(self.page.locator(f"{IMAGE}:not([src*='{image_id}'])")).to_be_visible()
        self.wait_until_answers_count()

    def wait_until_answers_count(self) -> None:
        """Wait until an image is asked about and has been on the screen long enough for an answer to count.

        A page that has no image yet is not busy either, so the image comes first.
        """
        expect(self.page.locator(IMAGE)).to_be_visible()
        expect(self.page.locator("#answer[aria-busy='false']")).to_be_visible()


def new_visit(context: BrowserContext, url: str) -> Visit:
    """Return a new page of `context` on the service at `url`."""
    context.set_default_timeout(20_000)
    return Visit(context.new_page(), url)
