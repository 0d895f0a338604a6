"""The content security policy, and where it is narrower or wider than on our own pages."""

from typing import Any

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

# The admin's theme evaluates expressions in attributes and sets styles in markup. Only super admins get there.
ADMIN = {"script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


class PolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, with the exception that `/admin/` needs."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False, **options: Any
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only, **options)
        if request.path.startswith("/admin/"):
            parts.update = {**(parts.update or {}), **ADMIN}
        return parts
