"""The same code on two hosts with two devices each, played by two processes of this machine."""

import os
import socket
import subprocess
import sys

PROGRAM = """
import sys
import jax

process, port = sys.argv[1:]
jax.distributed.initialize(f"127.0.0.1:{port}", num_processes=2, process_id=int(process))

import numpy as np
from jax.experimental.multihost_utils import process_allgather
from jax.sharding import Mesh, NamedSharding, PartitionSpec
import ntkbook as nb

assert len(jax.devices()) == 4 and len(jax.local_devices()) == 2
network = nb.mlp(3, 2, 8)
X = jax.random.normal(jax.random.key(0), (8, 3))
Y = jax.nn.one_hot(np.arange(8) % 2, 2, dtype=float)
alone = network.kernel(X).ntk

tiled = nb.kernel_in_tiles(network, X, tile=3).ntk
np.testing.assert_allclose(tiled, alone, rtol=1e-12, atol=1e-12)

product = nb.sharded_product(alone)(Y)
np.testing.assert_allclose(np.asarray(product), alone @ Y, rtol=1e-12, atol=1e-12)

rows = NamedSharding(Mesh(np.asarray(jax.devices()), ("rows",)), PartitionSpec("rows", None))
spread = jax.device_put(np.asarray(alone), rows)
assert not spread.is_fully_addressable
solution = nb.kernel_logistic_regression(spread, Y, lam=0.5)
logits = process_allgather(solution.logits, tiled=True)
np.testing.assert_allclose(logits, nb.sharded_logistic_regression(alone, Y, lam=0.5).logits, rtol=0, atol=1e-10)
seven = nb.sharded_logistic_regression(alone[:7, :7], Y[:7], lam=0.5)  # readable here, though not all is here
assert np.asarray(seven.logits).shape == (7, 2)
one = nb.kernel_logistic_regression(alone, Y, lam=0.5)
np.testing.assert_allclose(logits, one.logits, rtol=0, atol=1e-10)
print("equal")
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_two_hosts_give_the_numbers_of_one_device() -> None:
    environment = os.environ | {
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
    }
    port = str(free_port())
    hosts = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(process), port],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for process in range(2)
    ]  # fmt: skip
    try:
        for host in hosts:
            said, complained = host.communicate(timeout=240)
            assert host.returncode == 0, complained
            assert said.split()[-1] == "equal"
    finally:
        for host in hosts:
            host.kill()
