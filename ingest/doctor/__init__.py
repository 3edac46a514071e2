"""Doctor: diagnoses an installation and names remedies; changes nothing."""
