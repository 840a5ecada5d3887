"""The page: its tabs stand in `table`."""
