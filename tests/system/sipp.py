"""SIPp as the far end: scenarios put together from steps, run as a real process that judges what it received."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

SDP = """v=0
o=peer 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio [media_port] RTP/AVP {formats}
{maps}
a={direction}"""
MU_LAW = "a=rtpmap:0 PCMU/8000\na=rtpmap:101 telephone-event/8000"


def sdp(*, formats: str = "0 101", maps: str = MU_LAW, direction: str = "sendrecv") -> str:
    """A session description of the peer."""
    return SDP.format(formats=formats, maps=maps, direction=direction)


def present() -> None:
    """Skip where SIPp is missing; with CI=true that is a failure."""
    if shutil.which("sipp") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("sipp is not installed")
        pytest.skip("sipp is not installed: sudo apt install sip-tester")


def respond(
    status: int, reason: str, *, body: str = "", headers: str = "", tag: str = "peer[call_number]", contact: bool = True
) -> str:
    """Send a response to the last request."""
    lines = [
        f"SIP/2.0 {status} {reason}",
        "[last_Via:]",
        "[last_From:]",
        f"[last_To:];tag={tag}" if tag else "[last_To:]",
        "[last_Call-ID:]",
        "[last_CSeq:]",
    ]
    lines += ["Contact: <sip:peer@[local_ip]:[local_port]>"] if contact else []
    lines += [headers] if headers else []
    return send(lines, body)


def request(method: str, *, body: str = "", headers: str = "", cseq: int = 1) -> str:
    """Send a request within the dialog that the peer answered."""
    lines = [
        f"{method} [next_url] SIP/2.0",
        "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]",
        "Max-Forwards: 70",
        "From: [$local]",
        "To: [$remote]",
        "[last_Call-ID:]",
        f"CSeq: {cseq} {method}",
        "Contact: <sip:peer@[local_ip]:[local_port]>",
    ]
    lines += [headers] if headers else []
    return send(lines, body)


def send(lines: list[str], body: str = "", attributes: str = "") -> str:
    """Any message."""
    head = "\n".join(lines)
    kind = "Content-Type: application/sdp\n" if body else ""
    return f"<send {attributes}><![CDATA[\n{head}\n{kind}Content-Length: [len]\n\n{body}\n]]></send>\n"


def receive(method: str, *, checks: dict[str, str] | None = None, keep_dialog: bool = False, attributes: str = "") -> str:
    """Expect a request; `checks` are patterns that its text must match."""
    return f'<recv request="{method}" rrs="true" {attributes}>{_actions(checks, keep_dialog)}</recv>\n'


def expect(status: int, *, checks: dict[str, str] | None = None, optional: bool = False, attributes: str = "") -> str:
    """Expect a response."""
    maybe = 'optional="true" ' if optional else ""
    return f'<recv response="{status}" {maybe}rrs="true" {attributes}>{_actions(checks, False)}</recv>\n'


def pause(milliseconds: int) -> str:
    """Wait."""
    return f'<pause milliseconds="{milliseconds}"/>\n'


def _actions(checks: dict[str, str] | None, keep_dialog: bool) -> str:
    actions = [
        f'<ereg regexp="{escape(pattern, {chr(34): "&quot;"})}" search_in="msg" check_it="true" assign_to="{name}"/>'
        for name, pattern in (checks or {}).items()
    ]
    if keep_dialog:
        actions.append('<ereg regexp=".*" search_in="hdr" header="From:" assign_to="remote"/>')
        actions.append('<ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>')
        actions.append('<assignstr assign_to="local" value="[$to];tag=peer[call_number]"/>')
    return f"<action>{''.join(actions)}</action>" if actions else ""


@dataclass(frozen=True)
class Outcome:
    """How a scenario went."""

    passed: bool
    log: str


class Sipp:
    """One SIPp process with one scenario for one call."""

    def __init__(self, steps: list[str], *, host: str = "127.0.0.1", arguments: list[str] | None = None) -> None:
        self.host = host
        self._folder = Path(tempfile.mkdtemp(prefix="sipp-"))
        names = sorted({part.split('"')[0] for step in steps for part in step.split('assign_to="')[1:]})
        used = f'<Reference variables="{",".join(names)}"/>' if names else ""
        text = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="s">\n{"".join(steps)}{used}</scenario>\n'
        (self._folder / "scenario.xml").write_text(text)
        self._arguments = arguments or []
        self._process: asyncio.subprocess.Process | None = None
        self.port = free_port(host)

    async def start(self, *, remote: str | None = None, seconds: int = 20) -> None:
        """Run it; with `remote` it calls, else it waits to be called."""
        common = ["-sf", "scenario.xml", "-i", self.host, "-p", str(self.port), "-m", "1", "-nostdin", "-timeout", str(seconds)]
        common += ["-timeout_error", "-trace_msg", "-message_file", "messages.log", "-trace_err", "-error_file", "errors.log"]
        common += ["-mp", str(20000 + self.port % 10000), "-default_behaviors", "none", *self._arguments]
        self._process = await asyncio.create_subprocess_exec(
            "sipp", *common, *([remote] if remote else []), cwd=self._folder, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        if remote is None:
            await _bound(self.port, self._process)

    async def messages(self) -> str:
        """What was on the wire so far."""
        return (self._folder / "messages.log").read_text(errors="replace")

    async def result(self) -> Outcome:
        """Wait for its end."""
        assert self._process is not None
        code = await asyncio.wait_for(self._process.wait(), 40)
        log = "".join(
            (self._folder / name).read_text(errors="replace")
            for name in ("messages.log", "errors.log")
            if (self._folder / name).exists()
        )
        shutil.rmtree(self._folder, ignore_errors=True)
        return Outcome(passed=code == 0, log=log)


def free_port(host: str) -> int:
    """A UDP port that nobody has now."""
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


async def _bound(port: int, process: asyncio.subprocess.Process) -> None:
    """Return once the process listens on the port. It is read off, not tried: a bind of ours might be in the way of its own."""
    for _ in range(1500):
        if _is_taken(port):
            return
        assert process.returncode is None, "sipp ended before it listened"
        await asyncio.sleep(0.02)
    raise AssertionError("sipp did not bind its port")


def _is_taken(port: int) -> bool:
    """Whether a UDP socket of this machine has it."""
    tables = [table for table in (Path("/proc/net/udp"), Path("/proc/net/udp6")) if table.exists()]
    return any(f":{port:04X} " in table.read_text() for table in tables)
