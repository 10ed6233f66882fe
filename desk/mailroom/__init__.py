"""The mailbox that people write to: fetched, kept, sorted, and what is unclear put before a person."""
