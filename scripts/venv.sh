# Sourced by the scripts beside it: finds Python and keeps a virtual environment up to date.
# shellcheck shell=bash

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PIP_DISABLE_PIP_VERSION_CHECK=1

# find_python: prints a Python that is new enough, or says what to install.
find_python() {
    for name in python3 python3.13 python3.12 python3.11 python3.14; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    echo "inbox_bot needs Python 3.11 or newer; install it: apt install python3 python3-venv" \
        "(Debian 12 or newer), brew install python (macOS)" >&2
    return 1
}

# make_venv DIR: a new virtual environment, unless a working one is there.
make_venv() {
    if "$1/bin/python" -m pip --version >/dev/null 2>&1; then
        return
    fi
    python=$(find_python)
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        echo "$python has no venv; install it: apt install python3-venv" >&2
        return 1
    fi
    rm -rf "$1"
    "$python" -m venv "$1"
}

# install_into DIR LOCK OPTION…: the locked versions and this package, if anything changed since.
install_into() {
    venv=$1
    lock=$2
    shift 2
    stamp="$venv/$(basename "$lock").stamp"
    wanted=$({
        echo "$top" "$@"
        cat "$lock" "$top/pyproject.toml"
    } | cksum)
    if [ -x "$venv/bin/inbox-bot" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    echo "Setting up ${venv#"$top/"} (only once; this downloads the libraries)…" >&2
    make_venv "$venv"
    rm -f "$stamp"
    "$venv/bin/python" -m pip install -qq --require-hashes --requirement "$lock"
    "$venv/bin/python" -m pip install -qq --no-deps --no-build-isolation "$@" "$top"
    echo "$wanted" >"$stamp"
}
