"""Run chapters in the page in Firefox: `PYTHONPATH=_ext:tests .venv/bin/python -m live.firefox _build/html 03`.

It prints the cells that show something else than the book and than `make live` found in Chromium, and stores nothing.
Firefox is driven by its own protocol, Marionette: messages of JSON after their length.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from live.run import RESULTS, chapters, listed

PORT = 2828


class Page:
    """A tab, with the two methods of Playwright's that live.run uses."""

    def __init__(self, connection):
        self.stream = connection.makefile("rwb")
        self.receive()
        self.ask("WebDriver:NewSession", {})

    def receive(self):
        length = b""
        while (byte := self.stream.read(1)) != b":":
            length += byte
        return json.loads(self.stream.read(int(length)))

    def ask(self, command, parameters):
        message = json.dumps([0, 1, command, parameters]).encode()
        self.stream.write(b"%d:%s" % (len(message), message))
        self.stream.flush()
        _, _, error, answer = self.receive()
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return answer

    def set_default_timeout(self, milliseconds):
        self.ask("WebDriver:SetTimeouts", {"script": milliseconds or 3_600_000})

    def evaluate(self, function, argument):
        script = f"const [value, done] = arguments; ({function})(value).then((x) => done([x]), (e) => done(`${{e}}`))"
        answer = self.ask("WebDriver:ExecuteAsyncScript", {"script": script, "args": [argument]})["value"]
        if isinstance(answer, str):
            raise RuntimeError(answer)
        return answer[0]


@contextmanager
def firefox(address):
    with tempfile.TemporaryDirectory() as profile:
        command = ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", profile]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                for _ in range(300):
                    try:
                        connection = socket.create_connection(("127.0.0.1", PORT))
                        break
                    except ConnectionRefusedError:
                        time.sleep(0.2)
                else:
                    raise RuntimeError("Firefox does not answer within a minute")
                with connection:
                    page = Page(connection)
                    page.ask("WebDriver:Navigate", {"url": address})
                    yield page
            finally:
                process.terminate()


def main(site, only):
    results, failed = json.loads(RESULTS.read_text(encoding="utf-8")), False
    for name, _, other in chapters(site, only, firefox):
        unlike = {place: last for place, last in other.items() if place not in results[name]["other"]}
        failed = failed or bool(unlike)
        print(f"{name}: {len(other)} cells show something else, {len(unlike)} of them only in Firefox{listed(unlike)}")
    sys.exit(failed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
