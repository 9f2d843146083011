"""Speech engines in processes of their own, behind the conversation ports."""
