"""Web pages: the chat, the source viewer and the staff pages.

`web.app.build` puts them together.
"""
