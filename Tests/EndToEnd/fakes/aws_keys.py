"""The two places where AWS's machines get the keys of their role: the endpoint of containers, and EC2's metadata (IMDSv2)."""

import datetime
import itertools

from .http_server import Request, Response
from .provider import ApiError, Provider, Recorded, json_response

TOKEN, ROLE = "Basic Y29udGFpbmVy", "gateway-role"
METADATA = "/latest/meta-data/iam/security-credentials/"


class AWSKeys(Provider):
    """Issues keys that are good until `expires[key]`; a secret is `secret-` and the key, a session token `token-` and the key."""

    def __init__(self) -> None:
        super().__init__("unused")
        self.lifetime = 3600.0
        self.expires: dict[str, datetime.datetime] = {}
        self.numbers = itertools.count(1)

    def reset(self) -> None:
        super().reset()
        self.lifetime = 3600.0
        self.expires.clear()

    async def route(self, request: Request, recorded: Recorded) -> Response:
        match request.method, request.path:
            case "GET", "/container":
                if request.header("authorization") != TOKEN:
                    raise ApiError(403, {"code": "AccessDenied", "message": "wrong token"})
                return json_response(200, self.issue())
            case "PUT", "/latest/api/token":
                if not 1 <= int(request.header("x-aws-ec2-metadata-token-ttl-seconds") or 0) <= 21600:
                    raise ApiError(400, "no time to live")
                return Response(200, {"Content-Type": "text/plain"}, b"imds-session==")
        if request.header("x-aws-ec2-metadata-token") != "imds-session==":
            raise ApiError(401, "Unauthorized")
        match request.method, request.path:
            case "GET", path if path == METADATA:
                return Response(200, {"Content-Type": "text/plain"}, ROLE.encode())
            case "GET", path if path == METADATA + ROLE:
                return json_response(200, {"Code": "Success", "Type": "AWS-HMAC", **self.issue()})
        raise ApiError(404, "Not Found")

    def issue(self) -> dict[str, str]:
        key = f"ASIAISSUED{next(self.numbers)}"
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.lifetime)
        # Written in whole seconds.
        self.expires[key] = end.replace(microsecond=0)
        return {
            "AccessKeyId": key,
            "SecretAccessKey": f"secret-{key}",
            "Token": f"token-{key}",
            "Expiration": self.expires[key].strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def signers(self) -> dict[str, tuple[str, str]]:
        """The secret and the session token of each key that is still good."""
        now = datetime.datetime.now(datetime.timezone.utc)
        return {key: (f"secret-{key}", f"token-{key}") for key, end in self.expires.items() if now < end}
