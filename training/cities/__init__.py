"""Names of cities for `text/lexicon/cities.tsv`: read from GeoNames, then chosen."""
