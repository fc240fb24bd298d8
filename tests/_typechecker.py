"""beartype as Python's own rules read: where a float is expected, a whole number will do."""

from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
