"""Measures the stand-in and Prism in turn, each with its server on the first processor and the load on the second. tools/prism/run calls it."""

import argparse
import http.client
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- tools/prism/run FILE --write: begin -->", "<!-- tools/prism/run FILE --write: end -->"
READ = "/v23.0/106540352242922"
SEND = READ + "/messages"
HEADERS = {"authorization": "Bearer EAAJBmeasured"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server on the first processor, from its start to its end."""

    def __init__(self, command):
        self.port = free_port()
        self.start = time.perf_counter()
        command = [part.replace("PORT", str(self.port)) for part in command]
        self.process = subprocess.Popen(["taskset", "-c", "0", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def first_answer(self):
        """Seconds from the start of the program to its first answer to a read of a number."""
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", READ, headers=HEADERS)
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    return time.perf_counter() - self.start
                sys.exit(f"a read of a number is answered with {answer.status}")
            except OSError:
                if time.perf_counter() - self.start > 60:
                    sys.exit("the server does not answer")
                time.sleep(0.0005)

    def memory(self):
        """MiB that are resident, of the server and what it started."""
        return resident(self.process.pid) / 1024

    def busy(self):
        """Seconds of the processor that it took so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def load(self, path, seconds, script=None):
        """Requests a second by the clock, and by the server's processor, 32 at a time; and how many were made."""
        command = ["taskset", "-c", "1", "wrk", "--threads", "1", "--connections", "32", "--duration", f"{seconds}s", "--timeout", "60s"]
        command += ["--script", str(script)] if script else ["--header", "authorization: Bearer EAAJBmeasured"]
        before = self.busy()
        said = subprocess.run([*command, f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in said or "Socket errors" in said:
            sys.exit(f"not all were answered with 200:\n{said}")
        made = int(re.search(r"(\d+) requests in", said).group(1))
        return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)), made / (self.busy() - before), made


def resident(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    own = int(re.search(r"VmRSS:\s+(\d+)", status).group(1))
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(resident(int(child)) for child in children)


def shown(values, digits=0):
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mock", required=True)
    parser.add_argument("--prism", required=True)
    parser.add_argument("--file", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true", help="write the table of docs/benchmarks.md")
    arguments = parser.parse_args()
    if missing := [command for command in ("wrk", "taskset", "node") if not shutil.which(command)]:
        sys.exit(f"it needs {', '.join(missing)}")
    # Its own limits would refuse the load; everything else is on.
    mock = [arguments.mock, "--port", "PORT", "--no-limits"]
    prism = ["node", arguments.prism, "mock", "--port", "PORT", arguments.file]
    both = {"stand-in": mock, "Prism": prism}

    starts, reads, sends, busy_reads, busy_sends, memory = ({name: [] for name in both} for _ in range(6))
    for _ in range(arguments.rounds):
        for name, command in both.items():
            with Server(command) as server:
                starts[name].append(server.first_answer() * 1000)
                server.load(READ, 1)
                by_clock, by_processor, _ = server.load(READ, arguments.seconds)
                reads[name].append(by_clock)
                busy_reads[name].append(by_processor)
                server.load(SEND, 1, HERE / "post.lua")
                by_clock, by_processor, _ = server.load(SEND, arguments.seconds, HERE / "post.lua")
                sends[name].append(by_clock)
                busy_sends[name].append(by_processor)
                memory[name].append(server.memory())
            print(f"{name}: {starts[name][-1]:.1f} ms, {busy_reads[name][-1]:.0f} and {busy_sends[name][-1]:.0f} a second", file=sys.stderr)

    made, long = 0, []
    with Server(mock) as server:
        server.first_answer()
        while made < arguments.requests:
            for path, script in ((READ, None), (SEND, HERE / "post.lua")):
                made += server.load(path, 5, script)[2]
            long.append(server.memory())

    ratio = lambda values: [ours / theirs for ours, theirs in zip(values["stand-in"], values["Prism"])]
    row = lambda what, values, digits, goal, times: f"| {what} | {shown(values['stand-in'], digits)} | {shown(values['Prism'], digits)} | {times} | {goal} |"
    table = "\n".join(
        [
            "| figure | stand-in | Prism | ratio | goal |",
            "| --- | --- | --- | --- | --- |",
            row("first answer after the start, ms", starts, 1, "30 ms", shown(ratio(starts), 3)),
            row("`GET` of a number, a second of the server's processor", busy_reads, 0, "12 times", shown(ratio(busy_reads), 1)),
            row("`POST messages`, a second of the server's processor", busy_sends, 0, "12 times", shown(ratio(busy_sends), 1)),
            row("`GET` of a number, a second by the clock", reads, 0, "", shown(ratio(reads), 1)),
            row("`POST messages`, a second by the clock", sends, 0, "", shown(ratio(sends), 1)),
            row("memory after the load, MiB", memory, 0, "", shown(ratio(memory), 2)),
            f"| memory after {made:,} requests, MiB | {long[-1]:.0f}; at most {max(long):.0f} | | | 64 MiB |",
        ]
    )
    load = os.getloadavg()[0]
    text = f"Median (least–most) of {arguments.rounds} rounds in turn, 32 at a time, the server on one processor; the load of the machine was {load:.0f} at the end.\n\n{table}"
    print(text)
    if arguments.write:
        head, rest = PAGE.read_text().split(BEGIN, 1)
        PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}")


if __name__ == "__main__":
    main()
