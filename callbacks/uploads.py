"""What a browser sends of a file that was dropped."""

import base64
import binascii

from indices.errors import Problem, SourceError


def decoded(contents: str, name: str = "") -> bytes:
    """The bytes of an upload ("data:...;base64,..."). name: the file as the person calls it.

    Raises SourceError for anything else.
    """
    head, comma, body = contents.partition(",")
    try:
        if not comma or not head.endswith(";base64"):
            raise ValueError(head[:40])
        return base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error) as error:
        told = Problem("The file did not arrive whole", name, found=str(error)[:80], hint="send it again")
        raise SourceError([told]) from error
