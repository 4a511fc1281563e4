"""Two servers that are loaded by turns, so that a machine that slows down slows both, and what it cost."""

import argparse
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from bench.candidates import Client
from bench.client import Act, Measured, load
from bench.servers import Server


@dataclass
class Round:
    """One burst on one server: what the clients saw, and processor milliseconds a request."""

    measured: Measured
    cpu_ms: float


def burst(server: Server, clients: list[Client], act: str, seconds: float) -> Round:
    """Load one server and see what it cost."""
    for one in clients:
        one.connection.close()
        one.connection.reopen()
    acts: list[Act] = [getattr(one, act) for one in clients]
    before = server.cpu_seconds()
    measured = load(acts, seconds)
    return Round(measured, 1000 * (server.cpu_seconds() - before) / len(measured.latencies))


def in_turn(
    pairs: tuple[tuple[Server, list[Client]], tuple[Server, list[Client]]],
    act: str,
    wanted: argparse.Namespace,
) -> tuple[list[Round], list[Round]]:
    """Product and limit by turns; who goes first changes with every round."""
    kept: tuple[list[Round], list[Round]] = ([], [])
    for number in range(wanted.rounds):
        for place in (0, 1) if number % 2 == 0 else (1, 0):
            kept[place].append(burst(*pairs[place], act, wanted.seconds))
    return kept


def ratio(ours: list[Round], theirs: list[Round], of: Callable[[Round], float]) -> float:
    """The median over the rounds of ours divided by theirs."""
    return statistics.median(of(one) / of(other) for one, other in zip(ours, theirs, strict=True))


def show(name: str, rounds: list[Round]) -> None:
    middle = statistics.median
    print(
        f"  {name:8} {middle(one.measured.per_second for one in rounds):7.0f}/s  "
        f"cpu {middle(one.cpu_ms for one in rounds):6.3f} ms  "
        f"p50 {middle(one.measured.percentile(0.5) for one in rounds):6.2f}  "
        f"p95 {middle(one.measured.percentile(0.95) for one in rounds):6.2f}  "
        f"p99 {middle(one.measured.percentile(0.99) for one in rounds):6.2f}  "
        f"max {max(max(one.measured.latencies) for one in rounds):6.1f} ms  "
        f"n {sum(len(one.measured.latencies) for one in rounds)}",
        flush=True,
    )
