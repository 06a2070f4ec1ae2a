"""Signatures over thoughts: what a provider signed must come back as it was, and to no other provider."""

import base64
import hashlib
import hmac

from .schema import decode_base64


class Signer:
    def __init__(self, provider: str) -> None:
        self.secret = f"fake-{provider}".encode()

    def sign(self, thought: str) -> str:
        digest = hmac.digest(self.secret, thought.encode(), hashlib.sha256)
        # Characters that a careless URL or form decoder would change are part of it on purpose.
        return base64.b64encode(b"\xfb\xef\xbe" + digest).decode()

    def verifies(self, thought: str, signature: str) -> bool:
        """Anthropic compares text; what Google signs is bytes, of which `normal` gives one spelling."""
        return hmac.compare_digest(self.sign(thought).encode(), signature.encode())


def normal(signature: str) -> str:
    """Google's SDK sends back in the URL-safe alphabet what it received in the other."""
    return base64.b64encode(decode_base64(signature, url_safe=True)).decode()
