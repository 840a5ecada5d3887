"""Controls: what a method has to be better than."""
