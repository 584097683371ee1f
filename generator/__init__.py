"""Renders CloudFormation templates that bring AWS Security Hub findings to Slack."""
