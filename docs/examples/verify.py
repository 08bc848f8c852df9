# Is this delivery genuine? Needs nothing but Python 3.9. Run: SECRET=whsec_... python3 verify.py ID TIMESTAMP 'v1,...' < body
import base64
import hashlib
import hmac
import os
import sys
import time
from typing import Optional


def genuine(secret: str, id: str, timestamp: str, signatures: str, body: bytes, now: Optional[float] = None) -> bool:
    """`body` must be the bytes as they came, before any JSON parser touched them. `now` in seconds."""
    if not timestamp.isdigit() or abs((time.time() if now is None else now) - int(timestamp)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    if not key:  # without a secret anybody could sign
        return False
    want = base64.b64encode(hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest())
    return any(hmac.compare_digest(b"v1," + want, one.encode()) for one in signatures.split())


if __name__ == "__main__":
    good = genuine(os.environ["SECRET"], *sys.argv[1:4], sys.stdin.buffer.read())
    print("genuine" if good else "not genuine")
    sys.exit(0 if good else 1)
