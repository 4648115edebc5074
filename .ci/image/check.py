#!/usr/bin/env python3
"""Runs the worker of an image as a job of the orchestrator, and tells whether it does what it should.

    check.py ROOT FIXTURES

ROOT is the image's file system, mounted read-only, FIXTURES a tree. The archive, the bucket and the callback are
servers of this process. The worker sees the environment of the contract and nothing else, has no terminal, writes to
a pipe, runs as user 65532 without privileges, and may use 256 MB of memory: a control group of its own that counts
all that the kernel holds for it, buffers of sockets included.
"""

import json
import os
import pathlib
import random
import re
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time

from world import FIXTURES_ROOT, Alike, Beyond, Chain, Folder, Made, World

USER = 65532
WORKER = "/usr/local/bin/arke-mods-export-worker"
MEMORY_MB = 256
FIRST_REQUEST_MS_MAX = 5
GOODBYE_MS_MAX = 1000
WATCHER_MB_MAX = 4
KILLED = r"The worker was killed, most likely for want of memory \(\d+ of 256 MB\): [\d,]+ of [\d,]+ known entities were exported until then"
GROUPS = pathlib.Path("/sys/fs/cgroup/memory")


class Run:
    """A worker at work in its image."""

    def __init__(self, root, world, options, limit_mb=MEMORY_MB, namespace=False):
        self.group = GROUPS / f"image-check-{os.getpid()}"
        self.group.mkdir()
        (self.group / "memory.limit_in_bytes").write_text(str(limit_mb << 20))
        reader, writer = os.pipe()
        self.namespace = namespace
        # A first process in a namespace of its own has to be a child of whoever made the namespace.
        command = ["unshare", "--pid", "--fork", "chroot", f"--userspec={USER}:{USER}", "--groups=", root] if namespace else []

        def enter():
            (self.group / "cgroup.procs").write_text(str(os.getpid()))
            if not namespace:
                os.chroot(root)
                os.chdir("/")
                os.setgroups([])
                os.setresgid(USER, USER, USER)
                os.setresuid(USER, USER, USER)
            os.write(writer, struct.pack("q", time.monotonic_ns()))

        self.process = subprocess.Popen(
            command + [WORKER], env=world.environment(options), preexec_fn=enter,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        os.close(writer)
        self.started_ns = struct.unpack("q", os.read(reader, 8))[0]
        os.close(reader)

    def worker_pid(self):
        return children(self.process.pid)[0] if self.namespace else self.process.pid

    def job_pid(self):
        """The process that does the job: the only child of the one that watches it."""
        [pid] = children(self.worker_pid())
        return pid

    def quit(self):
        """Ends it at once, by two signals."""
        os.kill(self.worker_pid(), signal.SIGTERM)
        os.kill(self.worker_pid(), signal.SIGINT)
        self.finish()

    def finish(self):
        self.log = self.process.communicate(timeout=900)[0].decode()
        self.ended_ns = time.monotonic_ns()
        self.peak_mb = int((self.group / "memory.max_usage_in_bytes").read_text()) / 2**20
        self.group.rmdir()
        return self.process.returncode


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def status(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.split() for name, value in (line.split(":", 1) for line in lines)}


class Neighbour:
    """A process that takes memory of a worker's group, until it is killed itself: sometimes one is not enough."""

    def __init__(self, group, size_mb):
        def enter():
            (group / "cgroup.procs").write_text(str(os.getpid()))

        hold = f"import sys; held = b'x' * ({size_mb} << 20); print('ready', flush=True); sys.stdin.read()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", hold], preexec_fn=enter, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def leave(self):
        self.process.communicate()


class Checks:
    """Says what was found; remembers whether all was well."""

    failed = False

    def __call__(self, what, is_well, found=""):
        self.failed |= not is_well
        print(f"{'ok' if is_well else 'NOT OK':7}{what}{': ' if found != '' else ''}{found}", flush=True)


def exported_offline(root, fixtures):
    """The file of the same binary outside its image, from the folder itself."""
    with tempfile.TemporaryDirectory() as output:
        subprocess.run([root + WORKER, "--fixtures", fixtures, "--output", output], env={}, capture_output=True, check=True)
        return next(pathlib.Path(output).rglob("*.xml")).read_bytes()


def check_export(check, root, fixtures):
    with World(Folder(fixtures)) as world:
        run = Run(root, world, {"recursive": True})
        code = run.finish()
        check("exports a tree from servers on the host", code == 0, f"exit code {code}" if code == 0 else run.log)
        name = f"/arke-exports/exports/image-check/{FIXTURES_ROOT}-collection.xml"
        found = world.objects.get(name, b"")
        check("the file is that of the folder, byte by byte", found == exported_offline(root, fixtures), f"{len(found)} bytes")
        statuses = [body["status"] for _, body in world.callbacks]
        check("calls back with success", set(statuses) == {"success"}, statuses)
        check("logs plain text to the pipe", "\x1b" not in run.log and world.environment({})["FLY_MACHINE_ID"] in run.log)
        check("keeps its secrets", "secret" not in run.log)


def check_quick_run(check, root):
    with World(Made(5, 1000)) as world:
        Run(root, world, {"recursive": True}).finish()
        bodies = [body for _, body in world.callbacks]
        apart = (world.callbacks[-1][0] - world.callbacks[0][0]) / 1e9
        check("a quick run on a Fly machine calls back again at 3 s", len(bodies) == 2 and bodies[0] == bodies[1], f"{apart:.2f} s later")


def held(root, hold, **options):
    """A world and a run that waits in it for an entity that does not come."""
    world = World(Folder(hold))
    world.hold = sorted(path.name for path in (pathlib.Path(hold) / "entities").iterdir())[1]
    run = Run(root, world, {"recursive": True}, **options)
    assert world.is_held.wait(30), "the worker did not ask for its second entity"
    return world, run


def check_rights(check, root, fixtures):
    world, run = held(root, fixtures)
    with world:
        for what, pid in (("the one that watches", run.worker_pid()), ("the job", run.job_pid())):
            found = status(pid)
            check(f"{what} runs as 65532:65532 in no other group", set(found["Uid"] + found["Gid"]) == {str(USER)} and not found["Groups"])
            check(f"{what} has no capabilities", int(found["CapEff"][0], 16) == 0 and int(found["CapPrm"][0], 16) == 0)
        check("the job starts no process", children(run.job_pid()) == [])
        size_kib = int(status(run.worker_pid())["VmHWM"][0])
        check(f"the one that watches takes {WATCHER_MB_MAX} MiB at most", size_kib <= WATCHER_MB_MAX << 10, f"{size_kib} KiB")
        run.quit()
    try:
        (pathlib.Path(root) / "written").touch()
        check("the root is read-only", False)
    except OSError as error:
        check("the root is read-only", True, error.strerror)


def check_stop(check, root, fixtures, number, **options):
    world, run = held(root, fixtures, **options)
    with world:
        what = f"{signal.Signals(number).name}{' as first process of its namespace' if options else ''}"
        if options:
            ids = status(run.worker_pid())["NSpid"]
            check("is process 1", ids[-1] == "1", " ".join(ids))
        # A younger one would wait to send its callback again.
        time.sleep(max(0, 3.1 - (time.monotonic_ns() - run.started_ns) / 1e9))
        sent_ns = time.monotonic_ns()
        os.kill(run.worker_pid(), number)
        code = run.finish()
        ends = [body["status"] for _, body in world.callbacks]
        callback_ms = (world.callbacks[0][0] - sent_ns) / 1e6 if ends else float("inf")
        end_ms = (run.ended_ns - sent_ns) / 1e6
        check(f"{what}: one error callback and exit code 1 within {GOODBYE_MS_MAX} ms",
              ends == ["error"] and code == 1 and callback_ms <= end_ms <= GOODBYE_MS_MAX,
              f"{callback_ms:.1f} ms, {end_ms:.1f} ms, {world.callbacks[0][1]['error'] if ends else run.log!r}")
        check(f"{what}: leaves no object and no open upload", not world.objects and not world.parts)


def check_killed(check, what, world, run):
    code = run.finish()
    ends = [body for _, body in world.callbacks]
    errors = [body.get("error", body["status"]) for body in ends]
    check(f"{what}: an error callback that says so, exit code 1", code == 1 and len(set(errors)) == 1 and bool(re.fullmatch(KILLED, errors[0])),
          errors[0] if errors else run.log)
    check(f"{what}: leaves no object and no open upload", not world.objects and not world.has_open_upload)


def check_kill(check, root, fixtures, **options):
    world, run = held(root, fixtures, **options)
    with world:
        # What the bucket answered to the opening of the upload may still be on its way.
        time.sleep(0.5)
        os.kill(run.job_pid(), signal.SIGKILL)
        check_killed(check, f"SIGKILL{' under process 1' if options else ''}", world, run)


def check_want_of_memory(check, root):
    """The kernel kills the job for want of memory: a neighbour has taken most of it."""
    with World(Made(2000, 60_000)) as world:
        world.hold = world.tree.children[0]
        run = Run(root, world, {"recursive": True, "parallelBatchSize": 64})
        assert world.is_held.wait(30), "the worker did not ask for its first child"
        neighbour = Neighbour(run.group, MEMORY_MB - 24)
        world.is_released.set()
        run.process.wait(60)
        neighbour.leave()
        check_killed(check, f"no memory left of {MEMORY_MB} MB", world, run)


def check_start(check, root, fixtures, times=25):
    taken = []
    for _ in range(times):
        world, run = held(root, fixtures)
        with world:
            taken.append((world.first_request_ns - run.started_ns) / 1e6)
            run.quit()
    # A machine that is busy with something else makes it longer, and nothing makes it shorter.
    check(f"first request within {FIRST_REQUEST_MS_MAX} ms of the start", min(taken) <= FIRST_REQUEST_MS_MAX,
          f"quickest of {times}: {min(taken):.1f} ms, median {statistics.median(taken):.1f}")


def check_memory(check, root, children=2000, text_bytes=60_000):
    tree = Made(children, text_bytes)
    for limit_mb in (MEMORY_MB, 128, 96, 64, 48, 32):
        with World(tree) as world:
            run = Run(root, world, {"recursive": True, "parallelBatchSize": 64}, limit_mb=limit_mb)
            code = run.finish()
            size = sum(map(len, world.objects.values()))
            metrics = world.callbacks[0][1]["metrics"] if world.callbacks else {}
            found = (f"{metrics.get('entities_exported')} records, {size / 2**20:.0f} MiB, group at most {run.peak_mb:.0f} MiB, "
                     f"process {metrics.get('peak_memory_mb')} MiB, {metrics.get('total_time_ms')} ms")
            what = f"exports {children + 1} entities with {Made.PAGES} pages each in {limit_mb} MB"
            if limit_mb == MEMORY_MB:
                check(what, code == 0 and metrics.get("entities_exported") == children + 1, found)
            else:
                print(f"       {what}: {'yes' if code == 0 else f'no, exit code {code}'}, {found}", flush=True)


MEBIBYTE = 2**20
# What a process may take of the 256 MB.
PEAK_MB_MAX = 190


def inputs():
    """What is larger in memory than in bytes, each alone and many side by side: a name, and a tree to be made."""
    line = "dear Alice, the tennis club at Staten Island was delightful & yesterday\n"

    def ref(ocr):
        return json.dumps({"url": "https://cdn.arke.institute/asset/a", "type": "image/jpeg", "ocr": ocr}).encode()

    def pages(number):
        text = line * 444
        return {f"{page:05}.jpg.ref.json": ref(f"page {page}\n{text}") for page in range(number)}

    def graph():
        relation = {"subject": "a", "predicate": "knows", "object": "a"}
        return json.dumps({"entities": {"a": {"type": "person", "label": "x" * 60_000}}, "relationships": [relation] * 10_000}).encode()

    def languages():
        return json.dumps({"title": "a", "language": [f"{number:x}" for number in range(90_000)]}).encode()

    page = "a.jpg.ref.json"
    # Without it the refs that are compressed would be bombs.
    noise = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=3 * MEBIBYTE))
    markdown = 39 * MEBIBYTE // 10
    linked = {f"{number:05}{'x' * 30}": b"%d" % number for number in range(36_000)}
    for name, count, components, compressed in (
            ("2,100 pages of 32 kB", 1, lambda: pages(2_100), False),
            ("6,000 pages of 32 kB", 1, lambda: pages(6_000), False),
            ("64 times 200 pages of 32 kB", 64, lambda: pages(200), False),
            ("a label of 60 kB that 10,000 relations name", 1, lambda: {"cheimarros.json": graph()}, False),
            ("64 of these", 64, lambda: {"cheimarros.json": graph()}, False),
            ("64 compressed refs of 30 MiB", 64, lambda: {page: ref(noise + line * (26 * MEBIBYTE // 73))}, True),
            ("64 manifests of 3.9 MiB", 64, lambda: linked, False),
            ("64 lists of zeros", 64, lambda: {page: b"[" + b"0," * (7 * MEBIBYTE) + b"0]"}, False),
            ("64 refs with raw controls", 64, lambda: {page: b'{"url": "u", "ocr": "' + b"\x01" * (22 * MEBIBYTE) + b'"}'}, False),
            ("64 refs of ampersands", 64, lambda: {page: ref("&" * (31 * MEBIBYTE))}, False),
            ("64 descriptions of brackets", 64, lambda: {"description.md": b"[" * markdown}, False),
            ("64 descriptions of quotation marks", 64, lambda: {"description.md": b">" * markdown}, False),
            ("64 times 90,000 languages", 64, lambda: {"pinax.json": languages()}, False)):
        yield name, lambda: Alike(count, components(), compressed)
    yield "3.3 million entities beyond maxDepth", lambda: Beyond(33, 100_000)
    yield "40,000 merged one into the next", lambda: Chain(40_000)


def check_inputs(check, root):
    for name, make in inputs():
        tree = make()
        with World(tree, keep=False) as world:
            run = Run(root, world, {"recursive": True, "parallelBatchSize": 64, "maxDepth": tree.max_depth})
            code = run.finish()
            body = world.callbacks[0][1] if world.callbacks else {}
            metrics = body.get("metrics", {})
            peak = metrics.get("peak_memory_mb", float("inf"))
            check(f"{name}: success in at most {PEAK_MB_MAX} MiB", code == 0 and body.get("status") == "success" and peak <= PEAK_MB_MAX,
                  f"process {peak} MiB, group at most {run.peak_mb:.0f} MiB, {metrics.get('total_time_ms')} ms, "
                  f"{metrics.get('components_failed')} components failed")


def main(root, fixtures):
    if not GROUPS.is_dir():
        sys.exit("check: memory is bounded by a control group of version 1, and there are none here")
    check = Checks()
    check_export(check, root, fixtures)
    check_quick_run(check, root)
    check_rights(check, root, fixtures)
    check_stop(check, root, fixtures, signal.SIGTERM)
    check_stop(check, root, fixtures, signal.SIGINT)
    check_stop(check, root, fixtures, signal.SIGTERM, namespace=True)
    check_stop(check, root, fixtures, signal.SIGINT, namespace=True)
    check_kill(check, root, fixtures)
    check_kill(check, root, fixtures, namespace=True)
    check_want_of_memory(check, root)
    check_start(check, root, fixtures)
    check_memory(check, root)
    check_inputs(check, root)
    sys.exit(check.failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
