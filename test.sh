#!/usr/bin/env bash
# Builds everything and runs every test.   usage: ./test.sh [FILTER]
#
# FILTER  runs only the tests whose full name (Namespace.Class.Method) contains it, e.g. ./test.sh Tls or ./test.sh DesyncTests
#
# Tests against real parts need programs from Debian's packages. As root on Debian they are installed where missing; elsewhere those
# tests are skipped, and say so. The last line is "N passed, N failed" (", N skipped" may follow); the exit code is 0 only if all passed.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

case ${1-} in -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
filter=${1-}
results=$(mktemp -d) || exit 1
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0

finish() {
  local line="$passed passed, $failed failed"
  if [ "$skipped" -gt 0 ]; then line="$line, $skipped skipped"; fi
  echo "$line"
  if [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]; then exit 0; else exit 1; fi
}

# ── programs that tests need: "command package", or "folder package" ────────────────────────────────────────────────────────────────────────────
tools="nginx nginx-light
curl curl
openssl openssl
h2load nghttp2-client
chromium chromium
/usr/share/modsecurity-crs modsecurity-crs"

missing_packages() {
  echo "$tools" | while read -r command package; do
    [ -d "$command" ] || PATH=$PATH:/usr/sbin:/sbin command -v "$command" >/dev/null || printf '%s ' "$package"
  done
}

missing=$(missing_packages)
if [ -n "$missing" ]; then
  if ! command -v apt-get >/dev/null; then
    export BREAKWATER_TEST_TOOLS="there is no apt-get here to install it with"
  elif [ "$(id -u)" -ne 0 ]; then
    export BREAKWATER_TEST_TOOLS="not root, so test.sh could not install it; run: sudo apt-get install $missing"
  else
    echo "installing what the tests need: $missing"
    # shellcheck disable=SC2086 # a list of packages
    if ! { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing; } \
      >"$results/apt.log" 2>&1 </dev/null; then
      tail -n 20 "$results/apt.log"
      export BREAKWATER_TEST_TOOLS="apt-get could not install it, see the output of test.sh"
    fi
    # A package that starts its service at once would hold ports that nobody asked for.
    missing=$(missing_packages)
  fi
  [ -z "$missing" ] || echo "missing: $missing(${BREAKWATER_TEST_TOOLS:-still not found}); the tests that need them are skipped"
fi

# ── build ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
echo "building …"
if ! dotnet build Breakwater.slnx -c Release -v q --nologo -clp:NoSummary </dev/null; then
  echo "the build failed"
  failed=1
  finish
fi

# ── run: every test project is a program of its own ─────────────────────────────────────────────────────────────────────────────────
attribute() { sed -n "s/.*<assembly [^>]* $1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1; }

limit=""
command -v timeout >/dev/null && limit="timeout -k 10 2400"
started=$SECONDS
for project in tests/*.Tests; do
  name=$(basename "$project")
  xml=$results/$name.xml
  arguments=(-noLogo -noColor -noAutoReporters -reporter quiet -result-xml "$xml")
  if [ -n "$filter" ]; then arguments+=(-method "*$filter*"); fi

  before=$SECONDS
  # Quiet: a failed test prints its name, message and stack, a passed one nothing.
  $limit "$project/bin/Release/net10.0/$name" "${arguments[@]}" </dev/null >"$results/$name.log" 2>&1
  code=$?

  total=0 bad=0 errors=0 skips=0 good=0
  if [ -s "$xml" ]; then
    good=$(attribute passed "$xml") bad=$(attribute failed "$xml") skips=$(attribute skipped "$xml") errors=$(attribute errors "$xml")
    good=${good:-0} bad=${bad:-0} skips=${skips:-0} errors=${errors:-0}
    total=$((good + bad + skips))
    bad=$((bad + errors))
  fi

  note=""
  if [ ! -s "$xml" ]; then
    bad=$((bad + 1)) note="; it ended with code $code and without a result: a crash, or over its time"
  elif [ "$code" -ne 0 ] && [ "$bad" -eq 0 ] && [ "$total" -gt 0 ]; then
    bad=1 note="; it ended with code $code although no test failed"
  elif [ "$total" -eq 0 ] && [ -z "$filter" ]; then
    bad=$((bad + 1)) note="; it ran no test at all"
  fi
  if [ "$total" -gt 0 ] || [ -n "$note" ]; then
    printf '%-28s %5d passed, %d failed, %d skipped, %d s%s\n' "$name" "$good" "$bad" "$skips" $((SECONDS - before)) "$note"
    if [ "$bad" -gt 0 ] || [ "$skips" -gt 0 ]; then head -n 300 "$results/$name.log" | cut -c 1-300 | sed 's/^/    /'; fi
  fi
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skips))
done

[ $((passed + failed + skipped)) -gt 0 ] || { echo "no test matches \"$filter\""; failed=1; }
echo "$((SECONDS - started)) s for all tests"
finish
