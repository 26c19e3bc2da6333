"""What Nocturne is made of: known weaknesses and licences of its packages, what is declared and used, and no
secret among its files.

`python -m deploy.audit` looks, `--write` writes docs/third-parties.md anew. What was looked at and is
accepted stands in `accepted.toml`, each with its reason.
"""
