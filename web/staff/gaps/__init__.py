"""Knowledge gaps."""
