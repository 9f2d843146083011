"""Schema migrations, expand first and contract later."""
