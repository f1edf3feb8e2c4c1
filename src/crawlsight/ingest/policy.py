"""What a project keeps: the policy that decides the fate of each valid record."""

from enum import StrEnum

import msgspec

from crawlsight.detect import Crawler, Referral


class Keep(StrEnum):
    """Which valid records a project stores."""

    CRAWLERS = "crawlers"
    AI = "ai"
    ALL = "all"


class IpPolicy(StrEnum):
    """What is stored of a client's address."""

    KEEP = "keep"
    MASK = "mask"
    DROP = "drop"


class Policy(msgspec.Struct, frozen=True):
    """A project's rules.

    Attributes:
        retention_days: Days a visit is kept; also how far back the Ansehn dialect accepts.
        domains: Hosts that may report, with their subdomains; empty means any.
        ip_policy: For requests of crawlers.
        human_ip_policy: For everybody else's.
    """

    project_id: int
    keep: Keep = Keep.CRAWLERS
    retention_days: int = 90
    domains: tuple[str, ...] = ()
    ip_policy: IpPolicy = IpPolicy.KEEP
    human_ip_policy: IpPolicy = IpPolicy.MASK

    @property
    def keeps_only_ai_crawlers(self) -> bool:
        """Whether everything else is dropped, whatever its host."""
        return self.keep is Keep.CRAWLERS and not self.domains

    def keeps(self, crawler: Crawler | None, referral: Referral | None) -> bool:
        """Decide whether a visit is stored; *referral* matters for people alone."""
        if self.keep is Keep.ALL:
            return True
        if crawler is not None:
            return crawler.is_ai_crawler or (self.keep is Keep.AI and crawler.purpose == "search")
        return self.keep is Keep.AI and referral is not None and referral.is_from_assistant

    def owns(self, host: str) -> bool:
        """Tell whether a normalised host is one of the project's domains or below one."""
        if not self.domains:
            return True
        return any(host == domain or host.endswith(f".{domain}") for domain in self.domains)
