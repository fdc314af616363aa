"""Numbered certificates: register, PDF, public check, revoke, re-issue, expire."""

from .actions import appoint_signatory, issue, open_issuer, revoke
from .models import Certificate, CertificateCounter, Issuer, Signatory
from .queries import certificate_for, certificates_of

__all__ = [
    "Certificate",
    "CertificateCounter",
    "Issuer",
    "Signatory",
    "appoint_signatory",
    "certificate_for",
    "certificates_of",
    "issue",
    "open_issuer",
    "revoke",
]
