"""Logging in with the employer's own identity provider, by OpenID Connect (SECURITY 2.8)."""
