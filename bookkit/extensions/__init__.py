"""Extensions of Sphinx: each has a `setup`, and _config.yml names it. Their helpers begin with an underscore."""
