"""Tests of the offline engine and its endpoint."""
