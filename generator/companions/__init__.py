"""Files that go with the templates: a finding to try them with, and parameters to fill in."""
