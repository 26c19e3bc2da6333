"""The picture of an event that other sites show beside a link to it: 1200 by 630 pixels, in the site's type
and the language of the page; and the same in the ratios that search engines ask for.

`picture` says what stands on it, `drawing` draws it, `typesetting` sets its lines. The last two are free of Django.
"""
