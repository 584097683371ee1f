"""The guide to deployment, in English and Japanese."""
