"""Windows: what is asked, shown while it runs, and chosen among."""
