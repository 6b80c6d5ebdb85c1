"""Edits as GIMP's side sees them: from what is selected to layers."""
