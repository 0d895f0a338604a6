"""Who: people, workspaces, roles, teams, API keys, the audit log, and the jobs that belong to them."""
