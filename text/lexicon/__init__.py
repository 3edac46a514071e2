"""The words that the assistant knows of each language, one YAML file a language."""
