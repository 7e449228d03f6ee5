"""What is shown: pure functions from views (frozen values) to components and figures. Never queries."""
