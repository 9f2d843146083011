"""Our SIP user agent: a sans-I/O core and a thin UDP rim."""
