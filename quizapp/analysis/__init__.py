"""What responses say about items and tests: item statistics and reliability; pure, later rounds fill it."""
