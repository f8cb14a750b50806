"""In place of the module certifi: `repli env` has Python look here first.

Twilio's library trusts the file that certifi names, whatever the environment says. The one
here holds what the system trusts and the certificate of Repli's proxy.
"""
from .core import contents, where

__all__ = ["contents", "where"]
__version__ = "2022.09.24"
