"""The schedule half of the window: list, editor, calendar, history."""
