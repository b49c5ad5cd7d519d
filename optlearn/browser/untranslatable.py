class Untranslatable(Exception):
    """What the browser cannot compute; the message names the operation, or the reason."""
