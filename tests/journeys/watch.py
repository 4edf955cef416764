"""What no page may do while somebody uses it: fail in a script, ask other hosts, miss a file."""

from playwright.sync_api import ConsoleMessage, Page, Request, Response

#: Chromium says this of every answer from 400 on; ``_answer`` judges those by what was asked for.
EVERY_REFUSAL = "Failed to load resource"


class Watched:
    """Collects what ``page`` does wrong; ``base`` is the only host it may ask."""

    def __init__(self, page: Page, base: str) -> None:
        self.base = base
        self.problems: list[str] = []
        context = page.context
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._answer)
        context.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EVERY_REFUSAL):
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.base + "/", "data:", "blob:")):
            self.problems.append(f"asked another host: {request.url}")

    def _answer(self, response: Response) -> None:
        is_page = response.request.resource_type in {"document", "fetch", "xhr"}
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.problems.append(f"{response.status} for {response.url}")

    def _failed(self, request: Request) -> None:
        # A page that is left while a script still asks, and a download, end a request on purpose.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"{request.failure} for {request.url}")
