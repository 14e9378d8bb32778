"""Public image sets: the paper's nine targets and ImageNet, with their splits, read from folders."""
