"""How the shipped models are made: data, features, fitting, score cards. Nothing here runs in a worker."""
