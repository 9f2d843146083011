"""A SIP far end that shares no code with the server: answers (or is busy), notes when each INVITE came, and takes every BYE."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time

_COPIED = ("via", "from", "call-id", "cseq")
_SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"  # noqa: E501  # one description


def respond(request: str, status: str, *, body: str = "", port: int = 0) -> bytes:
    """The response, with what must be copied from the request (RFC 3261 section 8.2.6.2)."""
    lines = request.split("\r\n")
    head = [f"SIP/2.0 {status}"]
    for line in lines[1:]:
        name = line.partition(":")[0].strip().lower()
        if name in _COPIED:
            head.append(line)
        elif name == "to":
            head.append(line if ";tag=" in line else f"{line};tag=far")
    head += [f"Contact: <sip:far@127.0.0.1:{port}>", f"Content-Length: {len(body)}"]
    if body:
        head.append("Content-Type: application/sdp")
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


def call_id_of(request: str) -> str:
    """Which call."""
    return next(line.partition(":")[2].strip() for line in request.split("\r\n") if line.lower().startswith("call-id:"))


def main() -> None:
    """`answer` or `busy`; the port out, then at the end of input when each INVITE first came."""
    answers = sys.argv[1] == "answer"
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(0.2)
    port = sock.getsockname()[1]
    print(json.dumps(port), flush=True)
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    first: dict[str, float] = {}
    sdp = _SDP.format(port=port + 1)
    while not over.is_set():
        try:
            data, source = sock.recvfrom(65535)
        except TimeoutError:
            continue
        request = data.decode("utf-8", "replace")
        match request.partition(" ")[0]:
            case "INVITE":
                first.setdefault(call_id_of(request), time.time())
                response = respond(request, "200 OK", body=sdp, port=port) if answers else respond(request, "486 Busy Here")
                sock.sendto(response, source)
            case "BYE" | "CANCEL" | "OPTIONS":
                sock.sendto(respond(request, "200 OK"), source)
            case _:
                pass
    print(json.dumps(list(first.values())), flush=True)


if __name__ == "__main__":
    main()
