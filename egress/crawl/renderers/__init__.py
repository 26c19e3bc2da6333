"""Renderers get a page: by plain HTTP, by a browser, or by a service.

They share one interface (`base.Renderer`) and are tried in order (`chain.render`).
"""
