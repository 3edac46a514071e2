"""Limits of a request, in one place.

Measured on 2026-11-26 with a thousand questions of `evals/` on the folder `knowledge/`: the longest answer has 785
characters, its quotes together 389, as JSON 2,910. A model writes at most a few thousand characters, the center at most
30,000 (`records.tables`), and an answer with long quotes has 10,000 to 20,000.
"""

from __future__ import annotations

from bot.dialogue.refusal import QUESTION_CHARACTERS

# Conversations: what the bot reads, what the page shows and sends with each question, what the browser keeps.
MOST_TURNS, MOST_SHOWN, MOST_KEPT = 20, 100, 1000
"""Answers of a conversation."""
MOST_LINKED = 5
"""Questions that a link asks one after the other, as `page.MOST_LINKED` in `scripts/asking.js`."""
LONGEST_QUESTION = 2 * QUESTION_CHARACTERS
"""Characters of a question, also of one that was completed from the conversation."""
LONGEST_TEXT, LONGEST_QUOTE, LONGEST_DETAIL = 30_000, 20_000, 4_000
"""Characters of an answer, of a quote, and of any other part, such as a title."""
MOST_CITATIONS, MOST_SUGGESTIONS, MOST_WARNINGS = 50, 10, 10
CONVERSATION_CHARACTERS = 300_000
"""Characters of all answers shown at once, with quotes and titles.

Older answers stay in the history of the browser, and the page says so.
"""

# Markdown. Parsing a sign (`*`, `[`, a line end, a cell) takes about 10 µs, a letter next to nothing.
MOST_SIGNS = 5_000
"""Markdown signs of an answer or a quote; a text with more is shown as typed.

The maximum of real answers is 45.
"""
MOST_SIGNS_AT_ONCE, MOST_SIGNS_IN_A_FILE = 30_000, 200_000
"""Markdown signs of a conversation on the page, and of one Word document."""

# Processor budget of one visitor.
SECONDS_AT_ONCE = 10.0
SECONDS_PER_SECOND = 0.2
"""Processor budget of a visitor: initial seconds, and seconds regained per second.

Enough to open 200 conversations. Answers have a queue of their own (`fair_queue`).
"""
MOST_AT_ONCE_OF_A_VISITOR, MOST_AT_ONCE = 2, 4
"""Pages, documents and conversations rendered at the same time; others wait."""
MOST_WAITING_OF_A_VISITOR = 20

# Sessions of Gradio: running answers of open pages.
MOST_SESSIONS, MOST_SESSIONS_OF_A_VISITOR = 600, 100
UNREAD_SECONDS = 30.0
"""An answer without a reader is kept for this many seconds."""

RETRY_SECONDS = 30
"""Seconds until a visitor with too many requests may retry."""
LONGEST_ADDRESS, LONGEST_NAME = 50_000, 255
"""Bytes of path and query of a request, and of one segment of its path.

A shared question of 5,000 ideographs takes 45,000 bytes and is cut. No file system has names longer than 255 bytes.
"""
