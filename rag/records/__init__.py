"""What passes between the steps of answering."""
