"""What CloudFormation itself does: intrinsic functions, limits, the text of a template."""
