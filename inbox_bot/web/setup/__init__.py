"""Setup in the browser: four screens from the author's address to her queue.

`said.py` is what she has said so far, a frozen value; each screen is a pure function from it to a
view (`mailbox.py`, `article.py`, `looking.py`, `starting.py`). `app.py` lists the addresses, and
`desk.py` holds what goes on in the background. The passwords are kept where `init` keeps them.
"""
