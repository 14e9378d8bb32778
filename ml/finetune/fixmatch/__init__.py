"""FixMatch (Sohn et al. 2020): the model learns from what it is sure of about the unlabelled pool, too."""
