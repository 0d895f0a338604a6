"""One answer from many: computing the results of items, and settling what people disagree about."""
