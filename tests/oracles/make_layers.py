"""PyTorch's batch norm and a small network trained by it, frozen in layers.json for tests/test_layers.py.

Ran with PyTorch 2.13.0 (CPU) and NumPy 2.4.6 on Python 3.11, in float64. To run it again:

    python3.11 -m venv /tmp/oracles && /tmp/oracles/bin/pip install torch==2.13.0 numpy==2.4.6
    /tmp/oracles/bin/python tests/oracles/make_layers.py

PyTorch's conventions are kept: momentum 0.3 is the weight of the new value, the running variance is divided by n - 1.
"""

import json
from pathlib import Path

import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def batch_norm(steps=5, n=8, units=3):
    """Forward and backward in training, step after step, then once in prediction."""
    layer = torch.nn.BatchNorm1d(units, eps=1e-3, momentum=0.3)
    layer.weight.data, layer.bias.data = torch.randn(units), torch.randn(units)
    record = {"gamma": layer.weight.tolist(), "beta": layer.bias.tolist(), "steps": []}
    for step in range(steps + 1):
        layer.train(step < steps)
        X = (torch.randn(n, units) * torch.tensor([1.0, 20.0, 0.01]) + torch.tensor([0.0, 5.0, -3.0])).requires_grad_()
        dY = torch.randn(n, units)
        layer.zero_grad()
        Y = layer(X)
        Y.backward(dY)
        record["steps"].append({
            "X": X.tolist(), "dY": dY.tolist(), "Y": Y.tolist(), "dX": X.grad.tolist(),
            "dgamma": layer.weight.grad.tolist(), "dbeta": layer.bias.grad.tolist(),
            "running_mean": layer.running_mean.tolist(), "running_var": layer.running_var.tolist()})
    return record


def network(steps=6, n=10):
    """2-4-3: Dense, batch norm, tanh, Dense; cross-entropy plus L2(0.1) on the weights; momentum."""
    net = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.BatchNorm1d(4, momentum=0.1), torch.nn.Tanh(),
                              torch.nn.Linear(4, 3))
    rule = torch.optim.SGD(net.parameters(), lr=0.5, momentum=0.9)
    X, y = torch.randn(n, 2), torch.randint(0, 3, (n,))

    def parameters():  # in nnlib's order and shapes: weights first, (fan_in, fan_out)
        first, norm, _, last = net
        parts = first.weight.T, last.weight.T, first.bias, norm.weight, norm.bias, last.bias
        return torch.cat([part.detach().reshape(-1) for part in parts]).tolist()

    record = {"X": X.tolist(), "y": y.tolist(), "start": parameters(), "objectives": [], "params": []}
    for _ in range(steps):
        weights = sum((layer.weight**2).sum() for layer in (net[0], net[3]))
        objective = torch.nn.functional.cross_entropy(net(X), y) + 0.1 / 2 * weights
        rule.zero_grad()
        objective.backward()
        rule.step()
        record["objectives"].append(objective.item())
        record["params"].append(parameters())
    return record


content = json.dumps({"batch_norm": batch_norm(), "network": network()}, indent=0).replace(",\n", ", ")
Path(__file__).with_name("layers.json").write_text(content + "\n")
