"""Trials of whether anything is lost: kills, full disks, damage, changes, crowds. `eval.endurance.run` runs them."""
