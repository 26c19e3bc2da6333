"""What is expected of coming events with registration: seats held at the start, who comes, whether it sells out; and how right that was."""
