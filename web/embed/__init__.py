"""The assistant on other web sites."""
