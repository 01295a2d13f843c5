"""Pages of the contest, by who reads them."""
