"""Who makes a page: plain HTTP, a browser of ours, or a service. One interface (`base.Renderer`), tried in
order (`chain.render`)."""
