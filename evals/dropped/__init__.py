"""Questions about laws of the shared folder, as documents that a clerk drops into the knowledge folder."""
