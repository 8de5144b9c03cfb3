#!/usr/bin/env python3
"""A thin line between two network namespaces: a rate, a delay one way, a loss, for kernels without netem.

Two TUN devices, one in each namespace, with this program between them. A packet waits its turn behind those that are being
sent (rate), is lost or not (seeded), then travels (delay, and up to `jitter` more; none overtakes another). SIGUSR1 prints what went each way so far, as one JSON line.
"""
import argparse, ctypes, fcntl, heapq, json, os, random, select, signal, struct, subprocess, sys, time

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x0001 | 0x1000


def arguments():
    parser = argparse.ArgumentParser()
    for name in ("near", "near_cidr", "far", "far_cidr"):
        parser.add_argument(name)
    parser.add_argument("--kbit", type=float, required=True)
    parser.add_argument("--delay-ms", type=float, required=True)
    parser.add_argument("--loss-percent", type=float, required=True)
    parser.add_argument("--jitter-ms", type=float, default=0)
    parser.add_argument("--queue", type=int, default=64)
    parser.add_argument("--mtu", type=int, default=1400)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def open_tun(namespace, cidr, mtu):
    libc = ctypes.CDLL("libc.so.6", use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/var/run/netns/{namespace}", os.O_RDONLY)
    if libc.setns(there, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"line0", IFF_TUN_NO_PI))
    libc.setns(home, CLONE_NEWNET)
    os.close(there)
    os.close(home)
    for words in (["addr", "add", cidr, "dev", "line0"], ["link", "set", "line0", "mtu", str(mtu), "up"]):
        subprocess.run(["ip", "-n", namespace, *words], check=True)
    return tun


class Direction:
    """What travels from one side to the other."""

    def __init__(self):
        self.free_at = 0.0
        self.last_arrival = 0.0
        self.waiting = 0
        self.count = {"packets": 0, "bytes": 0, "lost": 0, "dropped": 0}


def main():
    options = arguments()
    tuns = [open_tun(options.near, options.near_cidr, options.mtu), open_tun(options.far, options.far_cidr, options.mtu)]
    directions = [Direction(), Direction()]
    dice = random.Random(options.seed)
    events = []  # (when, order, stage, direction, packet)
    order = 0

    def report(*_):
        up, down = (direction.count for direction in directions)
        print(json.dumps({"up": up, "down": down}), flush=True)

    signal.signal(signal.SIGUSR1, report)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print("ready", flush=True)
    while True:
        now = time.monotonic()
        wait = max(0.0, events[0][0] - now) if events else None
        try:
            readable, _, _ = select.select(tuns, [], [], wait)
        except InterruptedError:
            continue
        for tun in readable:
            side = tuns.index(tun)
            direction = directions[side]
            while True:
                try:
                    packet = os.read(tun, 65536)
                except BlockingIOError:
                    break
                direction.count["packets"] += 1
                direction.count["bytes"] += len(packet)
                if direction.waiting >= options.queue:
                    direction.count["dropped"] += 1
                    continue
                now = time.monotonic()
                direction.free_at = max(now, direction.free_at) + len(packet) * 8 / (options.kbit * 1000)
                direction.waiting += 1
                order += 1
                heapq.heappush(events, (direction.free_at, order, "sent", side, packet))
        now = time.monotonic()
        while events and events[0][0] <= now:
            when, _, stage, side, packet = heapq.heappop(events)
            if stage == "sent":
                directions[side].waiting -= 1
                if dice.random() * 100 < options.loss_percent:
                    directions[side].count["lost"] += 1
                    continue
                order += 1
                travels = options.delay_ms + (dice.random() * options.jitter_ms if options.jitter_ms else 0)
                arrival = max(directions[side].last_arrival, when + travels / 1000)
                directions[side].last_arrival = arrival
                heapq.heappush(events, (arrival, order, "arrived", side, packet))
            else:
                try:
                    os.write(tuns[1 - side], packet)
                except OSError:
                    pass


main()
