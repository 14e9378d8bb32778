"""Passwords and opaque tokens. Only hashes are stored; a token is shown once."""

import hashlib
import secrets

from pwdlib import PasswordHash

from app.core.hash_slots import slots

_passwords = PasswordHash.recommended()


def new_token(prefix: str) -> str:
    """Return a new secret with 256 bits of entropy; `prefix` tells people what kind it is."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> str:
    """Return the sha256 under which a token is stored; a slow hash adds nothing to 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_password(password: str) -> str:
    """Return the Argon2id hash of `password`; BusyError where too many wait for theirs."""
    return slots.run(lambda: _passwords.hash(password))


def verify_password(password: str, stored: str) -> bool:
    """Return whether `password` matches the `stored` Argon2id hash; BusyError where too many wait."""
    return slots.run(lambda: _passwords.verify(password, stored))
