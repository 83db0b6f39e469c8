"""Endpoint: JSON and event streams over HTTP, with time-outs, retries and errors that say where."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from email.utils import parsedate_to_datetime

import httpx2

from persona_sdk.errors import ModelNotFound, ModelUnavailable

Json = dict[str, object]

_CONNECT_SECONDS = 10.0
_LONGEST_WAIT = 30.0  # seconds; a server that asks for more is reported instead
_QUOTED = 200  # characters of an answer that an error shows
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


class Endpoint:
    """Talks to one base URL. The key goes into one header and nowhere else.

    Args:
        base_url: `http://` or `https://`, without credentials or query.
        api_key: Bearer key; None sends none.
        timeout: Seconds without a byte after which a request is given up.
        retries: Further tries after a refused connection, a status that may pass (429, 5xx) or a
            server that hangs up before it answers; never after the first byte of a stream.
        backoff: Seconds before the first retry; doubles each time, with jitter. `Retry-After`
            takes its place where the server sends it.

    Raises:
        ModelNotFound: The URL cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None,
        timeout: float,
        retries: int,
        backoff: float,
    ) -> None:
        if not timeout > 0:
            raise ValueError(f"timeout must be above 0, was: {timeout}")
        if retries < 0:
            raise ValueError(f"retries must be at least 0, was: {retries}")
        self.base_url = _checked_url(base_url)
        self._key = api_key
        self._retries = retries
        self._backoff = backoff
        self._client = httpx2.Client(
            headers=_headers(api_key),
            timeout=httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS)),
        )

    def __repr__(self) -> str:
        return f"Endpoint({self.base_url!r})"

    def post(self, path: str, body: Json) -> Json:
        """Return the JSON object that the endpoint answers with.

        Raises:
            ModelUnavailable: It cannot be reached, refuses, hangs or answers something else.
        """
        with self._answered(path, body) as response:
            return self._object(path, self._read(path, response), _kind(response))

    def events(self, path: str, body: Json) -> Generator[Json, None, None]:
        """Yield the JSON objects of a server-sent event stream, up to `[DONE]` or its end.

        Raises:
            ModelUnavailable: As `post`; also when the stream breaks off.
        """
        with self._answered(path, body) as response, self._explained(path):
            if "text/event-stream" not in response.headers.get("content-type", ""):
                raise self._garbage(path, self._read(path, response), _kind(response))
            for line in response.iter_lines():
                field, _, data = line.partition(":")
                if field == "data" and data.strip() == "[DONE]":
                    yield {}
                    return
                if field == "data" and data.strip():
                    yield self._object(path, data, "a line of the stream")

    def refusal(self, path: str, text: str) -> ModelUnavailable:
        """Return the error for an answer that says no, with the first characters of `text`.

        Nothing that a model may have written belongs there: an error is shown unchecked.
        """
        return ModelUnavailable(f"{self.base_url}{path} {self._quoted(text)}")

    @contextmanager
    def _answered(self, path: str, body: Json) -> Iterator[httpx2.Response]:
        with self._explained(path):
            response = self._send(path, body)
        with closing(response):
            if response.status_code != 200:
                raise self._refused(path, response.status_code, self._read(path, response))
            yield response

    def _send(self, path: str, body: Json) -> httpx2.Response:
        request = self._client.build_request("POST", self.base_url + path, json=body)
        for tries in range(self._retries + 1):
            last = tries == self._retries
            try:
                response = self._client.send(request, stream=True)
            except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.RemoteProtocolError):
                if last:
                    raise
                wait = self._wait(tries, None)
            else:
                wait = self._wait(tries, response.headers.get("retry-after"))
                if last or response.status_code not in _PASSING or wait > _LONGEST_WAIT:
                    break
                response.close()
            time.sleep(wait)
        return response

    def _wait(self, tries: int, retry_after: str | None) -> float:
        asked = _seconds(retry_after)
        if asked is not None:
            return asked
        return min(self._backoff * 2.0**tries * random.uniform(0.5, 1.0), _LONGEST_WAIT)

    def _read(self, path: str, response: httpx2.Response) -> str:
        with self._explained(path):
            response.read()
        return response.text

    @contextmanager
    def _explained(self, path: str) -> Iterator[None]:
        where = self.base_url + path
        try:
            yield
        except httpx2.TimeoutException as error:
            raise ModelUnavailable(
                f"{where} did not answer in time ({type(error).__name__}): "
                "check the server or raise the timeout"
            ) from error
        except httpx2.ConnectError as error:
            raise ModelUnavailable(
                f"cannot connect to {where} ({error}): start the server or check the URL"
            ) from error
        except httpx2.RequestError as error:
            raise ModelUnavailable(
                f"{where} broke off or garbled its answer ({type(error).__name__}): "
                "check the server's log"
            ) from error

    def _refused(self, path: str, status: int, text: str) -> ModelUnavailable:
        mend = {
            401: "; set OPENAI_API_KEY or PERSONA_API_KEY to a valid key",
            403: "; the key may not use this model",
            404: "; check the base URL (it often ends in /v1) and the model's name",
            429: "; the server is overloaded or the quota is used up, try later",
        }.get(status, "")
        return self.refusal(path, f"answered {status}{mend}: {text}")

    def _object(self, path: str, text: str, kind: str) -> Json:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self._garbage(path, text, kind) from error
        if not isinstance(found, dict):
            raise self._garbage(path, text, kind)
        return found

    def _garbage(self, path: str, text: str, kind: str) -> ModelUnavailable:
        # Not a word of it: it may be what the model wrote, which nobody has checked yet.
        return ModelUnavailable(
            f"{self.base_url}{path} does not answer as an OpenAI-compatible endpoint, "
            f"but with {self._quoted(kind)} of {len(text)} characters: check the base URL"
        )

    def _quoted(self, text: str) -> str:
        # The key goes first: cut in two, it would not be found any more.
        safe = text.replace(self._key, "[key]") if self._key else text
        return " ".join(safe.split())[:_QUOTED]


def _kind(response: httpx2.Response) -> str:
    return str(response.headers.get("content-type", "")) or "no content type"


def _checked_url(text: str) -> str:
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL as error:
        raise ModelNotFound(f"the endpoint's URL is not valid ({error}): {_FORM}") from error
    if url.userinfo or url.query or url.fragment:
        raise ModelNotFound(
            "the endpoint's URL must hold no user, password, query or fragment: "
            "put the key into OPENAI_API_KEY"
        )
    if url.scheme not in ("http", "https") or not url.host:
        raise ModelNotFound(f"{text!r} is not the URL of an endpoint: {_FORM}")
    if url.port is not None and not 0 < url.port < 65536:
        raise ModelNotFound(f"the port of {text!r} must be in [1, 65535]: {_FORM}")
    return text.rstrip("/")


def _headers(api_key: str | None) -> dict[str, str]:
    if not api_key:
        return {}
    if not (api_key.isascii() and api_key.isprintable()):
        raise ModelNotFound("the API key holds characters that no HTTP header can: set it again")
    return {"Authorization": f"Bearer {api_key}"}


def _seconds(retry_after: str | None) -> float | None:
    """Read a `Retry-After` header, in seconds or as a date; None where there is none to read."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None


_FORM = "write it like http://localhost:8000/v1"
