"""A body that is too large, over a real connection: refused before it arrives, with a page that can be read."""

import socket

from flask import Flask

from tests.journeys.live import listen, serving

MEGABYTE = 1024 * 1024


def _send(address: tuple[str, int], length: int) -> tuple[bytes, int]:
    """Send a body of ``length`` and then read, as a browser does; return the answer and what went out."""
    sent = 0
    with socket.create_connection(address, timeout=15) as connection:
        head = f"POST /konto/anmelden HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: {length}"
        connection.sendall(head.encode() + b"\r\n\r\n")
        block = b"x" * MEGABYTE
        while sent < length:
            try:
                connection.sendall(block)
            except OSError:
                break
            sent += len(block)
        answer = b""
        while received := connection.recv(65536):
            answer += received
    return answer, sent


def test_200_megabytes_are_answered_with_a_sentence(app: Flask) -> None:
    with listen() as listening, serving(app, listening) as url:
        port = int(url.rsplit(":", 1)[1])
        answer, _sent = _send(("127.0.0.1", port), 200 * MEGABYTE)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in head.lower()
    assert b"text/html" in head
    assert "Eine Datei darf höchstens 20 MB haben" in body.decode()


def test_the_answer_comes_before_the_body(app: Flask) -> None:
    with listen() as listening, serving(app, listening) as url:
        port = int(url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            head = f"POST /konto/anmelden HTTP/1.1\r\nHost: localhost\r\nContent-Length: {200 * MEGABYTE}\r\n\r\n"
            connection.sendall(head.encode())
            answer = b""
            while received := connection.recv(65536):
                answer += received
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.rstrip().endswith(b"</html>")


def test_a_body_within_the_limit_is_read(app: Flask) -> None:
    with listen() as listening, serving(app, listening) as url:
        port = int(url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            head = f"POST /konto/anmelden HTTP/1.1\r\nHost: localhost\r\nContent-Length: {20 * MEGABYTE}\r\n"
            connection.sendall(head.encode() + b"Connection: close\r\n\r\n" + b"x" * 20 * MEGABYTE)
            answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 400 ")
