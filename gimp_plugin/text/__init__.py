"""Words: translations, errors in the user's language, reports."""
