"""Judges a request's Signature Version 4 by botocore's own signer."""

import datetime
import hmac
import re

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .http_server import Request

PATTERN = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request, "
    r"SignedHeaders=(?P<names>[a-z0-9;-]+), Signature=(?P<signature>[0-9a-f]{64})"
)
TOLERANCE = datetime.timedelta(minutes=15)


def verify(request: Request, keys: dict[str, tuple[str, str | None]], region: str) -> None:
    """Raises ValueError with the reason; `keys` has a secret and a session token for each access key."""
    match = PATTERN.fullmatch(request.header("authorization") or "")
    if not match:
        raise ValueError("Missing Authentication Token")
    if match["service"] != "bedrock" or match["region"] != region:
        raise ValueError(f"Credential should be scoped to correct service: 'bedrock' in {region}")
    if match["key"] not in keys:
        raise ValueError("The security token included in the request is invalid.")
    secret, token = keys[match["key"]]
    if request.header("x-amz-security-token") != token:
        raise ValueError("The security token included in the request is invalid.")
    time = request.header("x-amz-date") or ""
    signed_at = datetime.datetime.strptime(time, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs(datetime.datetime.now(datetime.timezone.utc) - signed_at) > TOLERANCE or not time.startswith(match["date"]):
        raise ValueError("Signature expired")
    names = match["names"].split(";")
    unsigned = [name for name, _ in request.headers if name.lower().startswith("x-amz") and name.lower() not in names]
    if "host" not in names or unsigned:
        raise ValueError(f"There were headers present in the request which were not signed: {unsigned or 'host'}")
    signer = SigV4Auth(Credentials(match["key"], secret, token), match["service"], match["region"])
    headers = {name: request.header(name) for name in names}
    described = AWSRequest(request.method, f"http://{headers['host']}{request.target}", headers, request.body)
    described.context["timestamp"] = time
    wanted = signer.signature(signer.string_to_sign(described, signer.canonical_request(described)), described)
    if not hmac.compare_digest(wanted, match["signature"]):
        raise ValueError("The request signature we calculated does not match the signature you provided.")
