"""Schedules: rules, planned instants, the ticker that claims them, the dispatch that runs them."""
