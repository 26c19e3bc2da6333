"""A mail backend whose server answers QUIT with an error."""

from smtplib import SMTPResponseException

from django.core.mail.backends import smtp


class EmailBackend(smtp.EmailBackend):
    def close(self):
        super().close()
        raise SMTPResponseException(500, "Line too long.")
