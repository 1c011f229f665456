# Shared by the scripts in this folder: sourced, never run. Works with bash 3.2 and newer (macOS has 3.2).
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

TARGET=wasm32-unknown-unknown
TRUNK_VERSION=0.21.14
NODE_MIN=20

# What the scripts keep between runs, outside the checkout: tools of their own, a std, logs.
STATE=${XDG_CACHE_HOME:-$HOME/.cache}/uiot-testbench
TOOLS=$STATE/tools
DEBIAN=$STATE/debian
LOGS=$STATE/log

# Our own tools win over others of the same name; cargo's folder and sbin (mosquitto) are often not on PATH.
export PATH="$TOOLS/bin:$STATE/node/node_modules/.bin:$PATH:${CARGO_INSTALL_ROOT:-${CARGO_HOME:-$HOME/.cargo}}/bin:/usr/sbin"

# trunk reads NO_COLOR as a boolean and refuses the usual NO_COLOR=1.
if [ -n "${NO_COLOR:-}" ]; then export NO_COLOR=true; fi

say() { printf '%s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
have() { type -P "$1" >/dev/null; }

# usage "$@": prints the comment at the top of the calling script and ends it, if --help is asked for.
usage() {
  local arg
  for arg in "$@"; do
    case $arg in
      -h | --help) awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"; exit 0 ;;
    esac
  done
}

# step TITLE COMMAND...: runs the command in plain sight and tells how long it took.
step() {
  local title=$1 started=$SECONDS code=0
  shift
  say "== $title"
  "$@" || code=$?
  if [ "$code" != 0 ]; then say "== $title: FAILED after $((SECONDS - started)) s"; return "$code"; fi
  say "== $title: $((SECONDS - started)) s"
}

# quietly TITLE COMMAND...: the same, with the command's output in a log. Shows a sign of life now and then,
# and the end of the log if the command fails.
quietly() {
  local title=$1 log code=0 started=$SECONDS beat
  shift
  mkdir -p "$LOGS"
  log=$LOGS/$(printf '%s' "$title" | tr -cs 'A-Za-z0-9.\n' '-').log
  say "-- $title ..."
  (
    while sleep 20 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
      say "   $((SECONDS - started)) s: $(tail -n 1 "$log" 2>/dev/null | cut -c1-90)"
    done
  ) &
  beat=$!
  RUST_BACKTRACE=0 "$@" >"$log" 2>&1 </dev/null || code=$?
  kill "$beat" 2>/dev/null || true
  wait "$beat" 2>/dev/null || true
  if [ "$code" != 0 ]; then
    tail -n 30 "$log" | sed 's/^/   | /'
    say "-- $title: FAILED after $((SECONDS - started)) s (all of it: $log)"
    return "$code"
  fi
  say "-- $title: $((SECONDS - started)) s"
}

# at_least 1.96.0 1.88: is the first version equal to or newer than the second?
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

rust_min() { sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml; }

# The command line tool and the library of wasm-bindgen must have the very same version.
wasm_bindgen_version() { awk '/^name = "wasm-bindgen"$/ { getline; gsub(/"/, "", $3); print $3 }' Cargo.lock; }

# version_of COMMAND: the first thing in the output of COMMAND --version that looks like a version.
version_of() { { "$1" --version 2>/dev/null || true; } | sed -n '1s/^[^0-9]*\([0-9][0-9.]*\).*/\1/p'; }

# Does the compiler on PATH have std for WebAssembly?
rustc_has_wasm() {
  local dir
  dir=$(rustc --print target-libdir --target $TARGET 2>/dev/null) && ls "$dir"/libstd-*.rlib >/dev/null 2>&1
}

# The std built for Debian's compiler by script/bootstrap: one folder for each compiler version.
debian_sysroot() { printf '%s/sysroot-%s' "$DEBIAN" "$(version_of /usr/bin/rustc)"; }
debian_has_wasm() { [ -x /usr/bin/cargo ] && [ -e "$(debian_sysroot)/complete" ]; }

# Where std for WebAssembly comes from: "rustup" (the compiler on PATH has it), "debian" (Debian's own compiler and
# a std built from its sources), or "none" yet. UIOT_WASM_ROUTE=rustup|debian forces one.
wasm_route() {
  case ${UIOT_WASM_ROUTE:-} in
    rustup) if rustc_has_wasm; then echo rustup; else echo none; fi ;;
    debian) if debian_has_wasm; then echo debian; else echo none; fi ;;
    '') if rustc_has_wasm; then echo rustup; elif debian_has_wasm; then echo debian; else echo none; fi ;;
    *) die "UIOT_WASM_ROUTE is '$UIOT_WASM_ROUTE'; it may be 'rustup' or 'debian'" ;;
  esac
}

# Runs the rest of the script with the compiler that can build for WebAssembly.
HOST_PATH=$PATH
toolchain_env() {
  ROUTE=$(wasm_route)
  # A panic names its place: not where this machine keeps its crates.
  local flags="--cfg erase_components --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=crates"
  case $ROUTE in
    debian)
      unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS RUSTUP_TOOLCHAIN
      export PATH="$DEBIAN/bin:$PATH"
      export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-19
      flags="--sysroot $(debian_sysroot) $flags"
      ;;
    none) die "no compiler for WebAssembly: run script/bootstrap build" ;;
  esac
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=$flags
}

# cargo for what runs on this machine: the user's own compiler, whatever the one for WebAssembly is.
host_cargo() { PATH=$HOST_PATH cargo "$@"; }

# delivery WHAT...: the program that makes what is delivered from what the compiler leaves.
delivery() { host_cargo run --quiet --locked --profile tool --package delivery -- "$@"; }

# first COMMAND...: the path of the first of these commands that there is.
first() {
  local name
  for name in "$@"; do type -P "$name" && return; done
  return 1
}

find_chromium() {
  first ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome google-chrome-stable \
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' /Applications/Chromium.app/Contents/MacOS/Chromium
}

find_firefox() {
  first ${FIREFOX:+"$FIREFOX"} firefox-esr firefox /Applications/Firefox.app/Contents/MacOS/firefox
}

# Tells the tests which browser and which driver to use.
browser_env() {
  CHROMIUM=$(find_chromium) || die "no Chromium: run script/bootstrap test"
  export CHROMIUM
  CHROMEDRIVER=${CHROMEDRIVER:-$(type -P chromedriver || true)}
  export CHROMEDRIVER
}
