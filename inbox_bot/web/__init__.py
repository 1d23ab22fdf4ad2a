"""The review page: the author reads, mends and approves in a browser. No logic of its own.

`app.py` lists every address; each makes one call of the pipeline or shows one view (`queue.py`,
`letter/`, …). `login.py` guards them all.
"""

from inbox_bot.web.app import make_app
from inbox_bot.web.page import Page
from inbox_bot.web.password import keep_password
from inbox_bot.web.serving import Serving, link_to, review_page
from inbox_bot.web.sessions import new_link

__all__ = ["Page", "Serving", "keep_password", "link_to", "make_app", "new_link", "review_page"]
