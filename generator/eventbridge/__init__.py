"""Event patterns as EventBridge defines them. Nothing here knows of Security Hub."""
