"""What is done with evaluations, with their rows and with datasets of rows, in one transaction each."""
