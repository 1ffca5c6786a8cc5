"""The Slack bot: questions in channels, messages and the assistant pane, answered in the thread."""
