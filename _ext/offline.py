"""Sphinx extension: what Jupyter Book takes for granted, without the extensions that ask other hosts."""


def share_html_visitors(app):
    """Extensions that register visitors for 'singlehtml' or 'epub' hide everybody's 'html' ones: give them back."""
    handlers = app.registry.translation_handlers
    for name in ("singlehtml", "epub"):
        if name in handlers:
            handlers[name] = {**handlers["html"], **handlers[name]}


def setup(app):
    app.add_config_value("comments_config", {}, "env")  # Jupyter Book sets it even where sphinx_comments is not loaded
    app.connect("builder-inited", share_html_visitors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
