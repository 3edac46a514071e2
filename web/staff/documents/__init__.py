"""Documents of the folder."""
