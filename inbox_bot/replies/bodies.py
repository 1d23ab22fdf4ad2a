"""The two parts of a reply: plain text, and HTML that says the same."""

from __future__ import annotations

import re
from functools import lru_cache

from inbox_bot.drafting import markdown, templating
from inbox_bot.replies.headers import clean

_MARK = re.compile(r"^> ?", re.MULTILINE)
_HTML = """\
<!DOCTYPE html>
<html>
<head><meta charset="utf-8"></head>
<body>
{{ body }}
{%- if attribution %}
<p>{{ attribution }}</p>
{%- endif %}
{%- if quoted %}
<blockquote type="cite" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">
{{- quoted -}}
</blockquote>
{%- endif %}
</body>
</html>
"""


@lru_cache(maxsize=16)
def bodies(text: str, quoted: str) -> tuple[str, str]:
    """Plain text, which is what the author approves, and harmless HTML of it.

    The quote is only escaped, never interpreted.
    """
    text, quoted = clean(text).rstrip(), clean(quoted).rstrip()
    attribution, _, lines = quoted.partition("\n")
    values = {
        "body": templating.safe(markdown.html(text).strip()),
        "attribution": attribution,
        "quoted": templating.escaped_lines(_MARK.sub("", lines)),
    }
    page = templating.render(_page(), "reply.html", values)
    return (f"{text}\n\n{quoted}\n" if quoted else f"{text}\n"), page


@lru_cache(maxsize=1)
def _page() -> templating.Environment:
    return templating.html_environment({"reply.html": _HTML})
