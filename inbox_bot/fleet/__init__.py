"""Many authors, many machines: one PostgreSQL database, workers that share its authors.

A wing of its own: nothing but the entry points imports it, and the program of one author does not
know of it. `tenancy` parts the authors' rows, `roster` lists the authors, `authors` builds each
one's bot, `jobs` runs the steps.
"""
