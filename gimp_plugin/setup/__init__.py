"""Seamfill's own Python environment: made, found, made anew, and cleared away.

Standard library only and nothing of GIMP, since the plug-in does this alone where there is nothing
but its folder, and ``install.py`` does the same from a terminal.
"""
