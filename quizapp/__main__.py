"""`python -m quizapp`: the command line."""

from quizapp.cli import main

main()
