"""The vendors whose clients may speak to us: how each judges a record and words its answer."""
