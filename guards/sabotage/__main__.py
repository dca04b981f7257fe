"""`make sabotage`."""

import argparse

from guards.book import Book
from guards.sabotage import KINDS
from guards.sabotage.trial import tried


def main(edits: int, seed: int, only: str | None) -> None:
    book, scores = Book.read(), []
    whole = sum(kind.part for kind in KINDS)
    for kind in KINDS:
        if only in (None, kind.name):
            scores.append(tried(kind, book, max(1, round(edits * kind.part / whole)), seed))
            print(scores[-1], flush=True)
    for score in scores:
        if score.survivors:
            print(f"\nNothing noticed, {score.kind.name}:")
            print(*score.survivors, sep="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Random single edits of the book: how many are noticed?")
    parser.add_argument("--edits", type=int, default=200, help="how many in all (default: 200)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=[kind.name for kind in KINDS], help="one kind, with its part of all edits")
    main(**vars(parser.parse_args()))
