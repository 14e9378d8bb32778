"""From labelled features to a model: heads on a frozen encoder."""
