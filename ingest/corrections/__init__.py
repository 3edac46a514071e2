"""Page corrections by staff, stored beside the document and put into its text."""
