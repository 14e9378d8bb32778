"""Target-aware unsupervised pretraining (paper, section 4): MoCo v2 on source and target images."""
