"""Reads a real account: what would keep a deployment from working, and after it, what does."""
