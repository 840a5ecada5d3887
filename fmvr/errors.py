"""What people are told when something they gave cannot be used."""


class BadInput(ValueError):
    """Something a person gave cannot be used; the message is one sentence for that person."""
