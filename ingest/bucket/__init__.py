"""Mirrors the knowledge folder and a bucket of any service that speaks S3."""
