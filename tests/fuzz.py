"""What strangers hand in, drawn at random for as long as one likes: python -m tests.fuzz --minutes 60"""

import argparse
import os
import random
import subprocess
import sys
import time

EXAMPLES = 500  # of every test, with one seed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    until = time.monotonic() + 60 * parser.parse_args().minutes
    while time.monotonic() < until:
        seed = random.randrange(2**32)
        print(f"seed {seed}", flush=True)
        command = [sys.executable, "-m", "pytest", "tests/test_fuzz.py", "-q", "-n", "0", f"--hypothesis-seed={seed}"]
        if failed := subprocess.run(command, env=os.environ | {"FUZZ_EXAMPLES": str(EXAMPLES)}).returncode:
            sys.exit(failed)


if __name__ == "__main__":
    main()
