"""Categories of the taxonomy."""

from django.db import models


class Category(models.Model):
    """One of the 22 categories of the controlled taxonomy (pipeline/taxonomy/data/taxonomy.csv)."""

    slug = models.SlugField(max_length=20, primary_key=True)
    name = models.CharField(max_length=60)
    covers = models.CharField(max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name
