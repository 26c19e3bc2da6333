"""What the spider is asked to do for a configuration."""

from pipeline.connectors.formats.scraper.config import ScraperConfig
from pipeline.contract.connector import Credentials
from pipeline.contract.crawl import CrawlJob, Login, LoginKind, Pagination, Render
from pipeline.contract.exceptions import CredentialsMissing


def job_of(
    config: ScraperConfig,
    credentials: Credentials,
    *,
    details: int,
    max_pages: int | None = None,
    scrolls: int | None = None,
) -> CrawlJob:
    """The walk over all lists; `max_pages` and `scrolls` as configured unless given. Raises ConfigInvalid
    without a list, CredentialsMissing as `login_of`."""
    pagination, most = Pagination(config.pagination), config.max_pages if max_pages is None else max_pages
    by_browser = pagination in (Pagination.CLICK, Pagination.SCROLL)
    return CrawlJob(
        urls=config.lists,
        container=config.container,
        link=config.link,
        render=Render.BROWSER if by_browser else Render(config.render),
        pagination=pagination,
        next=config.next,
        page_parameter=config.page_parameter,
        first_page=config.first_page,
        max_pages=1 if pagination in (Pagination.NONE, Pagination.SCROLL) else max(1, most),
        scrolls=config.scrolls if scrolls is None else scrolls,
        details=details,
        wait_for=config.wait_for,
        language=config.language,
        timezone=config.timezone,
        login=login_of(config, credentials),
    )


def login_of(config: ScraperConfig, credentials: Credentials) -> Login | None:
    """How to sign in; None where the site wants none. Raises CredentialsMissing without name and password."""
    if config.login == LoginKind.NONE:
        return None
    username, password = credentials.get("username"), credentials.get("password")
    if not username or not password:
        raise CredentialsMissing(
            "The site wants a login: give the source a credential with username and password."
        )
    return Login(
        kind=LoginKind(config.login),
        username=username,
        password=password,
        url=config.login_url if config.login == LoginKind.FORM else "",
        username_field=config.username_field,
        password_field=config.password_field,
        submit=config.submit,
        signed_in=config.signed_in,
    )
