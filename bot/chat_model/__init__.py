"""The chat model: how it is opened and read, also several in order of preference."""
