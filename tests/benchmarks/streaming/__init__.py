"""Parts of the streaming benchmark: a model that writes on time, the window, the ticks."""
