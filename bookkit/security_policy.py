"""What a page may load and run: a Content-Security-Policy, sent by `make serve` and written for hosts.

The pages hold no script of their own and name no other host, so this takes nothing from them; it is a second
lock, for a day on which one of their packages goes wrong. It is a header and not a <meta> in the pages, because
the playground's worker obeys only the header that its own file came with. Netlify and Cloudflare Pages read the
`_headers` file; any other host is given the same line. One that sets no headers serves the same pages unlocked.
"""

from base64 import b64encode
from hashlib import sha256

HEADER = "Content-Security-Policy"
EMPTY = f"'sha256-{b64encode(sha256(b'').digest()).decode()}'"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",  # the playground's
        "connect-src 'self'",  # grids of explorers
        "font-src 'self'",
        "img-src 'self' data:",  # the theme's icons, and fields that Plotly draws
        # Plotly adds rules one by one, as the policy allows, to a <style> that it first leaves empty.
        f"style-src 'self' {EMPTY}",
        # A formula's every stroke has its place in a style attribute, one of tens of thousands: no list of
        # hashes could name them. It is attributes only, and none of them runs anything.
        "style-src-attr 'unsafe-inline'",
        "form-action 'self'",  # the search
        "base-uri 'none'",
        # Course pages may show the book in a frame, where there is nothing to steal.
        "frame-ancestors *",
    )
)
# All is public. A frame that is sandboxed counts as another origin, and may then still load modules and grids.
SHARED = ("Access-Control-Allow-Origin", "*")
