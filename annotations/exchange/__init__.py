"""Results in the shapes that others read: the dataset card, and crowd-labeled emotion datasets."""
