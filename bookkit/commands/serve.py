"""Serve a folder on this machine: `python -m bookkit.commands.serve FOLDER PORT`."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from bookkit.security_policy import HEADER, POLICY, SHARED


class Handler(SimpleHTTPRequestHandler):
    """Serves files under the book's policy, as a host should."""

    def end_headers(self) -> None:
        self.send_header(HEADER, POLICY)
        self.send_header(*SHARED)
        super().end_headers()


def main(folder: str, port: str) -> None:
    try:
        server = ThreadingHTTPServer(("127.0.0.1", int(port)), partial(Handler, directory=folder))
    except OSError as error:
        sys.exit(
            f"Port {port} cannot be used ({error.strerror}); choose another: make serve PORT={int(port) + 1}"
        )
    print(f"The book is at http://127.0.0.1:{port}/ (stop with Ctrl-C).", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main(*sys.argv[1:])
