"""What people do here, with their consent, and what follows from it: recommendations, figures and ratings (docs/insights.md)."""
