"""What is sent to us: mail, text, webhooks, submissions."""
