"""Certificates of a measurement over TLS: an authority of its own, and what the fake provider shows."""
import subprocess

EXTENSIONS = """
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[provider]
subjectAltName = DNS:localhost, IP:127.0.0.1
"""


def make(folder):
    """Writes authority.pem, provider.pem and provider.key, good for a day; returns the path of the first."""
    (folder / "extensions").write_text(EXTENSIONS)

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=30)

    def request(name, subject):
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-subj", f"/CN={subject}", "-keyout", f"{name}.key", "-out", f"{name}.csr")

    def sign(name, *signer):
        openssl("x509", "-req", "-days", "1", "-in", f"{name}.csr", "-out", f"{name}.pem",
                "-extfile", "extensions", "-extensions", name, *signer)

    request("authority", "benchmark authority")
    sign("authority", "-key", "authority.key")
    request("provider", "localhost")
    sign("provider", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial")
    return folder / "authority.pem"
