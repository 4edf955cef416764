"""Setting the target."""

from __future__ import annotations

from coordination.core.access import Permission, require
from coordination.core.errors import Conflict
from coordination.core.work import Work
from coordination.planning.models import CoverageTarget
from coordination.planning.queries import ONLY
from coordination.planning.rules import Target


def set_target(work: Work, wanted: Target, *, version: int) -> CoverageTarget:
    """Set what a school should have; ``version`` 0 where nobody has set it before.

    Raises:
        Forbidden: the actor does not plan.
        Conflict: somebody else has set it meanwhile.
    """
    require(work.actor, Permission.TARGET_SET)
    row = work.session.get(CoverageTarget, ONLY)
    if (row.version if row else 0) != version:
        raise Conflict
    if row is None:
        row = CoverageTarget(id=ONLY)
        work.session.add(row)
    row.posts_per_school, row.large_from = wanted.posts_per_school, wanted.large_from
    row.supplement_posts = wanted.supplement_posts
    work.record("coverage.target_set", row)
    return row
