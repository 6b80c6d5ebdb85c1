"""Edits: plan, upload, the order of things, fitted patches, results."""
