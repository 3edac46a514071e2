"""The Gradio page and the view of the sources; `web.app.build` puts them together."""
