"""What has nothing to do with AWS: processes, templates of texts."""
