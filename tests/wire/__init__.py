"""Tests of the wire: from an edit request to answers on disk."""
