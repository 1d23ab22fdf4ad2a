"""The two parts of a reply: plain text, and HTML that says the same."""

from __future__ import annotations

from functools import lru_cache

from inbox_bot import prose, templating
from inbox_bot.model import Draft
from inbox_bot.replies.headers import clean

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
{%- for line in quoted %}{{ line }}{% if not loop.last %}<br>
{% endif %}{% endfor -%}
</blockquote>
{%- endif %}
</body>
</html>
"""


def text_body(draft: Draft) -> str:
    """What the text part says; the author approves this."""
    text = clean(draft.text).rstrip()
    quoted = clean(draft.quoted).rstrip()
    return f"{text}\n\n{quoted}\n" if quoted else f"{text}\n"


def html_body(draft: Draft) -> str:
    """The same as harmless HTML; the quote is escaped, never interpreted."""
    attribution, _, quoted = clean(draft.quoted).rstrip().partition("\n")
    values = {
        "body": templating.safe(prose.html(clean(draft.text)).strip()),
        "attribution": attribution,
        "quoted": [
            line.removeprefix(">").removeprefix(" ") for line in quoted.split("\n") if quoted
        ],
    }
    return templating.render(_page(), "reply.html", values)


@lru_cache(maxsize=1)
def _page() -> templating.Environment:
    return templating.html_environment({"reply.html": _HTML})
