"""What a reader follows: saved questions, new articles matched against them, and what is new put together in issues."""
