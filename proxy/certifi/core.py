import io
import os


def where():
    """The path of the file with the certificates."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "cacert.pem")


def contents():
    """The certificates, as PEM."""
    with io.open(where(), encoding="ascii") as file:
        return file.read()
