"""Puts a container at a distance from this machine, packet by packet.

    relay.py PID NEAR FAR MILLISECONDS PERCENT SEED

Makes one TUN device here, with the address NEAR, and one in the network namespace of process PID, with the address
FAR. Packets from one to the other take MILLISECONDS, and PERCENT of them, drawn with SEED, are lost. Prints a line when
the way is open; ends on SIGTERM, and the devices with it.
"""
import ctypes
import fcntl
import os
import random
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections import deque

DEVICE = "erpdistance0"
# linux/if_tun.h: TUNSETIFF, and IFF_TUN | IFF_NO_PI; sched.h: CLONE_NEWNET.
TUNSETIFF, TUN_WITHOUT_HEADER, NETWORK_NAMESPACE = 0x400454CA, 0x1001, 0x40000000


def enter(namespace):
    if ctypes.CDLL(None, use_errno=True).setns(namespace, NETWORK_NAMESPACE) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def device():
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), TUN_WITHOUT_HEADER))
    return handle


def configure(prefix, own, other):
    for words in (f"addr add {own} peer {other} dev {DEVICE}", f"link set {DEVICE} up mtu 1400"):
        subprocess.run([*prefix, "ip", *words.split()], check=True)


def main(pid, near, far, milliseconds, percent, seed):
    delay, loss, draw = float(milliseconds) / 1000, float(percent) / 100, random.Random(int(seed))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    near_end = device()
    enter(os.open(f"/proc/{pid}/ns/net", os.O_RDONLY))
    far_end = device()
    enter(here)
    configure([], near, far)
    configure(["nsenter", "--target", pid, "--net"], far, near)
    print(f"{far} is {milliseconds} ms away", flush=True)
    # Each way is a queue, because every packet takes equally long.
    under_way = {near_end: deque(), far_end: deque()}
    other = {near_end: far_end, far_end: near_end}
    ready = selectors.DefaultSelector()
    for end in under_way:
        ready.register(end, selectors.EVENT_READ)
    while True:
        due = [packets[0][0] for packets in under_way.values() if packets]
        wait = max(0, min(due) - time.monotonic()) if due else None
        for key, _ in ready.select(wait):
            packet = os.read(key.fd, 65535)
            if draw.random() >= loss:
                under_way[other[key.fd]].append((time.monotonic() + delay, packet))
        for end, packets in under_way.items():
            while packets and packets[0][0] <= time.monotonic():
                os.write(end, packets.popleft()[1])


main(*sys.argv[1:])
