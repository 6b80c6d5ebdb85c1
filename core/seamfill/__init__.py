"""Generative fill that fits: the core, without GIMP."""
