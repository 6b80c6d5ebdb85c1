"""Pictures: read, held as arrays, written."""
