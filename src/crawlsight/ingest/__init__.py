"""From the bytes of a request to an accounted outcome, without input, output or clock."""
