"""The durable record of every upload and answer."""
