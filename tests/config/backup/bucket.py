"""A small server that speaks enough of S3: objects, uploads in parts, lists (Amazon's API reference)."""

import hashlib
import re
from xml.sax.saxutils import escape

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


class FakeBucket:
    """The objects of a bucket by key, and what was asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[int, bytes] = {}
        self.fail_parts = False
        self.aborted = 0
        server.expect_request("/kept").respond_with_handler(self._list)
        server.expect_request(re.compile("^/kept/.+")).respond_with_handler(self._object)
        self.url = server.url_for("").rstrip("/")

    def _list(self, request: Request) -> Response:
        prefix = request.args.get("prefix", "")
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(content)}</Size></Contents>"
            for key, content in sorted(self.objects.items())
            if key.startswith(prefix)
        )
        return _xml(f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>")

    def _object(self, request: Request) -> Response:
        key = request.path.removeprefix("/kept/")
        match request.method:
            case "PUT" if "partNumber" in request.args:
                if self.fail_parts:
                    return Response(status=400)
                self.parts[int(request.args["partNumber"])] = request.get_data()
                return _stored(request)
            case "PUT":
                self.objects[key] = request.get_data()
                return _stored(request)
            case "POST" if "uploads" in request.args:
                self.parts.clear()
                return _xml(
                    "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
                )
            case "POST":
                self.objects[key] = b"".join(self.parts[number] for number in sorted(self.parts))
                return _xml("<CompleteMultipartUploadResult><ETag>1</ETag></CompleteMultipartUploadResult>")
            case "DELETE":
                self.aborted += "uploadId" in request.args
                self.objects.pop(key, None)
                return Response(status=204)
            case _ if key in self.objects:
                return Response(self.objects[key], content_type="application/octet-stream")
        return _xml("<Error><Code>NoSuchKey</Code></Error>", status=404)


def _stored(request: Request) -> Response:
    return Response(headers={"ETag": hashlib.md5(request.get_data()).hexdigest()})


def _xml(text: str, status: int = 200) -> Response:
    return Response(f'<?xml version="1.0"?>{text}', status=status, content_type="application/xml")
