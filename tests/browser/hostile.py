"""Texts that somebody types or brings to make another one's browser run what they wrote."""

from __future__ import annotations

from typing import Final

MARK: Final = "window.stung"  # what every one of them would set
# Each must be shown as the text it is. From the lists of OWASP and PortSwigger, made to call one marker.
PAYLOADS: Final = (
    "<script>window.stung=1</script>",
    "<img src=x onerror=window.stung=1>",
    "<svg/onload=window.stung=1>",
    '"><svg onload=window.stung=1>',
    "'\" autofocus onfocus=window.stung=1 x='",
    "<iframe srcdoc='<script>parent.stung=1</script>'></iframe>",
    "<a href=javascript:window.stung=1>x</a>",
    "[x](javascript:window.stung=1)",
    "</script><script>window.stung=1</script>",
    "<style>@import 'javascript:window.stung=1'</style>",
    "<math><mi xlink:href='data:x,<script>window.stung=1</script>'>",
    "<details open ontoggle=window.stung=1>",
    "<template><img src=x onerror=window.stung=1></template>",
    "{{constructor.constructor('window.stung=1')()}}",
    "${window.stung=1}",
    "<b onmouseover=window.stung=1>đậm</b>",
    "&lt;img src=x onerror=window.stung=1&gt;",
    "\u202e<ımg src=x onerror=window.stung=1>",
)
# What an address must never be.
ADDRESSES: Final = (
    "javascript:window.stung=1",
    "JaVaScRiPt:window.stung=1",
    " javascript:window.stung=1",
    "java\tscript:window.stung=1",
    "\x01javascript:window.stung=1",
    "javascript://x.vn/%0awindow.stung=1",
    "data:text/html,<script>window.stung=1</script>",
    "vbscript:window.stung=1",
    "file:///etc/passwd",
    "//x.vn/a",
    "https:javascript:window.stung=1 ",
)
ALL: Final = " ".join(PAYLOADS)
