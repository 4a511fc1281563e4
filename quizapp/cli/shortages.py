"""What a quota of an exam lacks, as a line and as a document."""

from typing import Any

from quizapp.services.revisions import ShortQuota


def short_line(quota: ShortQuota) -> str:
    """What a quota lacks, for people."""
    short = quota.short
    level = f", difficulty {short.difficulty}" if short.difficulty else ""
    return (
        f"exam '{quota.exam}': topics {', '.join(short.topics)}{level} must hold {short.wanted} concepts "
        f"and hold {short.found}"
    )


def short_document(quota: ShortQuota) -> dict[str, Any]:
    """What a quota lacks, for programs."""
    short = quota.short
    return {
        "exam": quota.exam,
        "topics": list(short.topics),
        "difficulty": short.difficulty,
        "wanted": short.wanted,
        "found": short.found,
    }
