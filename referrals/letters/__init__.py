"""Letters to providers outside: what they say, the client's yes, sending them, the door of the provider, the answer."""
