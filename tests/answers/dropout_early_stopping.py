"""Chapter 09: dropout there and back, and the epochs at which early stopping ends and which it keeps."""

import numpy as np


def passed(h, stays, p, da, there=None, back=None):
    mask = stays / (1 - p)
    return h * (mask if there is None else there), da * (mask if back is None else back)


def in_place(h, stays, p, da):
    h *= stays / (1 - p)
    return h, da * stays / (1 - p)


def by_choice(h, stays, p, da):
    """One array of both, entry by entry."""
    scaled = np.array([h, da]) / (1 - p)
    return np.where(stays, scaled, 0)


def by_lists(h, stays, p, da):
    def through(rows):
        return [[v / (1 - p) if on else 0.0 for v, on in zip(row, ons)] for row, ons in zip(rows, stays)]

    return through(h), through(da)


def stops(losses, patience, better=lambda new, old: new < old, extra=0):
    lowest, kept, waited = np.inf, 1, 0
    for epoch, loss in enumerate(losses, start=1):
        if better(loss, lowest):
            lowest, kept, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience + extra:
            break
    return kept, epoch


def against_the_last(losses, patience):
    kept, waited = 1, 0
    for epoch in range(2, len(losses) + 1):
        waited = 0 if losses[epoch - 1] < losses[epoch - 2] else waited + 1
        kept = epoch if losses[epoch - 1] < losses[kept - 1] else kept
        if waited == patience:
            return kept, epoch
    return kept, len(losses)


def stops_in_place(losses, patience):
    answer = stops(losses, patience)
    losses[:] = np.minimum.accumulate(losses)
    return answer


def by_running_minimum(losses, patience):
    """All at once: how long the lowest loss so far has stood after each epoch."""
    lowest = np.minimum.accumulate(losses)
    since = np.array([epoch - np.flatnonzero(losses[:epoch + 1] == lowest[epoch])[0] for epoch in range(len(losses))])
    over = np.flatnonzero(since >= patience)
    ended = over[0] if len(over) else len(losses) - 1
    return np.array([np.argmin(losses[:ended + 1]) + 1, ended + 1])


def by_recursion(losses, patience, epoch=1, kept=1):
    losses = list(losses)
    if losses[epoch - 1] < losses[kept - 1]:
        kept = epoch
    if epoch == len(losses) or epoch - kept >= patience:
        return [float(kept), float(epoch)]
    return by_recursion(losses, patience, epoch + 1, kept)


WRONG = {
    "dropout_pass": {
        "no factor": lambda h, stays, p, da: (h * stays, da * stays),
        "no factor on the way back": lambda h, stays, p, da: passed(h, stays, p, da, back=stays),
        "no mask on the way back": lambda h, stays, p, da: passed(h, stays, p, da, back=1),
        "p is what stays": lambda h, stays, p, da: passed(h, stays, 1 - p if p else 0.5, da),
        "the dropped ones": lambda h, stays, p, da: passed(h, 1 - np.asarray(stays, int), p, da),
        "times 1 - p": lambda h, stays, p, da: (h * stays * (1 - p), da * stays * (1 - p)),
        "forwards only": lambda h, stays, p, da: h * stays / (1 - p), "in place": in_place,
    },
    "stopping": {
        "ends at the best": lambda losses, patience: (stops(losses, patience)[0],) * 2,
        "keeps the last": lambda losses, patience: (stops(losses, patience)[1],) * 2,
        "as low is better": lambda losses, patience: stops(losses, patience, better=lambda new, old: new <= old),
        "one epoch more": lambda losses, patience: stops(losses, patience, extra=1),
        "counted from 0": lambda losses, patience: tuple(epoch - 1 for epoch in stops(losses, patience)),
        "against the last": against_the_last,
        "never ends": lambda losses, patience: (int(np.argmin(losses)) + 1, len(losses)), "in place": stops_in_place,
    },
}
RIGHT = {
    "dropout_pass": {"as printed": passed, "by choice": by_choice, "lists": by_lists},
    "stopping": {"as printed": stops, "running minimum": by_running_minimum, "recursion": by_recursion},
}
