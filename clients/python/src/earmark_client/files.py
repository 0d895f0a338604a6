"""`client.files`: uploading, importing from stores, looking, downloading."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from earmark_client.answers import CloudImport, File
from earmark_client.pages import Page, page_of
from earmark_client.transport import Transport, address, json_of, unreachable
from earmark_client.uploads import Content, bar, opened

PATH = "/v5/files"


class CloudImports:
    """`client.files.cloud_imports`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, *, files: Sequence[Mapping[str, str]]) -> CloudImport:
        """Take over files from the server's stores: `container`, `filepath`, `filename` and `file_type` of each.

        A file that cannot be taken over is no error: its result says so.
        """
        return CloudImport.read(
            self._transport.json("POST", f"{PATH}/cloud_imports", body={"files": [dict(one) for one in files]})
        )


class Files:
    """`client.files`."""

    def __init__(self, transport: Transport, *, progress: bool | None) -> None:
        self._transport = transport
        self._progress = progress
        self.cloud_imports = CloudImports(transport)

    def create(
        self,
        *,
        file: Content,
        purpose: str | None = None,
        filename: str | None = None,
        progress: bool | None = None,
    ) -> File:
        """Upload an audio file: one opened with "rb", a path, or bytes. It is sent from its start, piece by piece.

        Broken off on the way, it is sent again; broken off while waiting for the answer, it is not, because the server
        may have it: look with `list(filename=...)`.
        """
        how = self._progress if progress is None else progress
        with opened(file, name=filename, progress=how) as (name, content):

            def build() -> httpx.Request:
                fields = {"purpose": purpose} if purpose else {}
                parts: Any = {"file": (name, content)}
                return self._transport.http.build_request("POST", PATH, data=fields, files=parts)

            response = self._transport.send(build, may_repeat=False, is_unsent=lambda: not content.is_read)
        return File.read(json_of(response))

    def list(
        self,
        *,
        filename: str | None = None,
        limit: int | None = None,
        starting_after: str | None = None,
        ending_before: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
    ) -> Page[File]:
        """Files of the account, oldest first; `filename` is a part of the name, in any case."""
        asked = {
            "filename": filename,
            "limit": limit,
            "starting_after": starting_after,
            "ending_before": ending_before,
            "sort_by": sort_by,
            "sort_order": sort_order,
        }
        return page_of(File, asked, lambda query: self._transport.json("GET", PATH, query=query))

    def retrieve(self, file_id: str) -> File:
        return File.read(self._transport.json("GET", address(PATH, file_id)))

    def update(self, file_id: str, *, tags: Mapping[str, Any]) -> File:
        """Replace the file's tags. Nothing else of a file can change."""
        return File.read(self._transport.json("PATCH", address(PATH, file_id), body={"tags": dict(tags)}))

    def delete(self, file_id: str) -> None:
        """Delete it for good. A file that an evaluation uses is refused (BadRequestError)."""
        self._transport.json("DELETE", address(PATH, file_id))

    def download(self, file_id: str, to: str | Path, *, progress: bool | None = None) -> Path:
        """Write the file's bytes to the path `to`, which appears once all of them are there. Returns the path."""
        target = Path(to)
        unfinished = target.with_name(f"{target.name}.part")
        response = self._transport.send(
            lambda: self._transport.http.build_request("GET", address(PATH, file_id, "content")),
            may_repeat=True,
            stream=True,
        )
        how = self._progress if progress is None else progress
        total = int(response.headers.get("content-length", 0)) or None
        try:
            with closing(response), unfinished.open("wb") as out, bar(target.name, total=total, progress=how) as shown:
                for piece in response.iter_bytes():
                    out.write(piece)
                    shown.update(len(piece))
            unfinished.replace(target)
        except httpx.TransportError as error:
            raise unreachable(response.request, error) from error
        finally:
            unfinished.unlink(missing_ok=True)
        return target
