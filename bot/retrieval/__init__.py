"""Retrieval: query to ranked passages and snippets, and their answerability."""
