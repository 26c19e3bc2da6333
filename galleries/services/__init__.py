"""The doors of galleries: to give a photo, to take it back, to report one, and what moderators decide."""

from galleries.services.asking import ask
from galleries.services.deciding import apply_verdict, settle
from galleries.services.files import forget_files
from galleries.services.giving import give
from galleries.services.rendering import render
from galleries.services.reporting import report
from galleries.services.withdrawing import withdraw

__all__ = ["apply_verdict", "ask", "forget_files", "give", "render", "report", "settle", "withdraw"]
