"""A package, since neural-tangents installs its own tests under the same name."""
