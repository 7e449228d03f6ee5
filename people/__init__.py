"""People: accounts, roles, rights, sessions and the log of who did what. Described in docs/roles.md.

Knows the workspace's database and the domain; nothing of screens and servers, which ask through `callbacks`.
"""
