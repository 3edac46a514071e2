"""The Gradio page and the view of the sources; `web.serve.build` puts them together."""
