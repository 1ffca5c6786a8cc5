"""What each hand-made system is worth: every one switched off by name, and measured on sets that it was not made on."""
