"""The process that runs the core, and what it is told."""
