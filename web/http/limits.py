"""How much a request may ask of the page, in one place.

Measured on 2026-11-26, a thousand questions of `evals/` on the folder `knowledge/`: the longest answer has 785
characters, its quotes together 389, as JSON 2,910. A model writes at most a few thousand, the center at most 30,000
(`records.tables`), an answer with long quotes has 10,000 to 20,000.
"""

from __future__ import annotations

from bot.dialogue.refusal import QUESTION_CHARACTERS

# What a browser may have kept of a conversation, and what is shown of it.
MOST_TURNS = 20
"""Answers of a conversation."""
LONGEST_QUESTION = 2 * QUESTION_CHARACTERS
"""Characters of a question, also of one that was completed from the conversation."""
LONGEST_TEXT, LONGEST_QUOTE, LONGEST_DETAIL = 30_000, 20_000, 4_000
"""Characters of an answer, of a quote, and of any other part of an answer, such as a title or an address."""
MOST_CITATIONS, MOST_SUGGESTIONS, MOST_WARNINGS = 50, 10, 10
CONVERSATION_CHARACTERS = 300_000
"""Of all answers that are shown at once, quotes and titles included; the oldest beyond are left out, and it is said."""

# What of it is read as Markdown. A sign (`*`, `[`, a line end, a cell) takes about 10 µs, a letter next to nothing.
MOST_SIGNS = 5_000
"""Of an answer or a quote; a wilder one is shown as it was typed. The wildest real answer has 45."""
MOST_SIGNS_AT_ONCE, MOST_SIGNS_IN_A_FILE = 30_000, 200_000
"""Of a conversation on the page, and of all that is saved as one Word document."""

# What one visitor may have of the processor.
SECONDS_AT_ONCE = 10.0
SECONDS_PER_SECOND = 0.2
"""Seconds of the processor that a visitor may use at once, and those that come back each second: enough to open 200
conversations. Answers have a queue of their own (`fair_queue`)."""
MOST_AT_ONCE_OF_A_VISITOR, MOST_AT_ONCE = 2, 4
"""Pages, documents and conversations that are being made at the same time; others wait."""
MOST_WAITING_OF_A_VISITOR = 20

# Sessions of Gradio: answers under way to a page that is open.
MOST_SESSIONS, MOST_SESSIONS_OF_A_VISITOR = 600, 100
UNREAD_SECONDS = 30.0
"""How long an answer that nobody reads waits for its reader."""

RETRY_SECONDS = 30
"""After how long somebody who was refused for being too quick may try again."""
LONGEST_ADDRESS, LONGEST_NAME = 50_000, 255
"""Bytes of the path and query of a request, and of what stands between two slashes of its path: a shared question of
5,000 ideographs takes 45,000 and is cut, and no file system has longer names."""
