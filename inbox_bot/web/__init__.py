"""The review page: the author reads, mends and approves in a browser. No logic of its own.

`app.py` lists every address; each makes one call of the pipeline or shows one view (`queue.py`,
`letter/`, …). `login.py` guards them all.
"""
