"""Shows what each channel of a params file would get of findings or events, as a page."""

from generator.preview.collect import Collected, collect
from generator.preview.page import page
from generator.preview.save import refuse, save

__all__ = ["Collected", "collect", "page", "refuse", "save"]
