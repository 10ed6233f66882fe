"""Watching browsers for what should never happen on any page."""

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response


class Watch:
    """Collects what went wrong in the pages it watches over, as sentences in ``wrong``."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self.wrong: list[str] = []

    def over(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrong.append(f"script failed: {error}"))
        page.on("console", self._said)
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        """Our own host only; "localhost" is where the test's quick exit leads."""
        asked = urlsplit(request.url)
        if asked.scheme.startswith("http") and asked.netloc != self.host and asked.hostname != "localhost":
            self.wrong.append(f"asked elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.wrong.append(f"{response.status} at {response.url}")
