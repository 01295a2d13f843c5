"""Forms check shape, never rights or deadlines."""
