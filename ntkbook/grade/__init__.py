"""`python -m ntkbook.grade notebook.ipynb`: which of a notebook's exercises are answered, and which rightly.

The notebook is run in a process of its own only to find out what it answers; whether an answer is right is decided
here, by the book's own checks, so nothing that the notebook prints, redefines or claims can make a wrong one right.
Bounded are its computing time, its memory, its processes and the size of its files. It is no sandbox: what is run
may read files and use the network, so run the notebooks of people you do not know as a user without rights, or in a
container.
"""

from ntkbook.grade._notebook import WORDS as WORDS
