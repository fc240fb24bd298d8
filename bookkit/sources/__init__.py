"""What reads the sources of the book: its pages, their order, and the code that they run on."""
