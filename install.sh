# A virtual environment and what goes into it: sh install.sh FOLDER [what `pip install` is told ...]
#
# With nothing to install it only asks: is FOLDER as it was made, where it was made and, if PYTHON names one, from that
# Python? An environment knows its own address and its Python's, so one that was moved, copied or has lost its Python
# is made again.
venv=$1
shift
log=_build/install.log
unset PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_DRY_RUN PIP_NO_DEPS # with these, pip installs elsewhere, or half

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# The last that pip or venv had to say, in its own words.
explain() {
  said=$(grep -E '^ *(ERROR|WARNING|[Ee]rror)' "$log" | tail -n 4)
  fail "$1:
$(printf '%s\n' "${said:-$(tail -n 4 "$log")}" | cut -c 1-400)
Everything it said is in $log."
}

version() { "$1" -c 'import sys; print(sys.version)' 2>/dev/null; }

is_good() {
  [ "$(cat "$venv/place" 2>/dev/null)" = "$(pwd -P)" ] && "$venv/bin/python" -c 'import pip' 2>/dev/null || return 1
  [ -z "$PYTHON" ] || [ "$(version "$PYTHON")" = "$(version "$venv/bin/python")" ]
}

# The first Python that will do: $chosen, and its number $v.
choose() {
  set -- python3.13 python3.12 python3.11 python3 python
  [ -z "$PYTHON" ] || set -- "$PYTHON"
  chosen= old= bare=
  for p; do
    v=$("$p" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
    "$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { old="${old:+$old, }$p is $v"; continue; }
    "$p" -c 'import venv, ensurepip' 2>/dev/null || { bare=$p; continue; }
    chosen=$p
    return
  done
  [ -z "$bare" ] ||
    fail "$bare lacks the module venv: install it (on Debian and Ubuntu: apt install python3-venv), then run make again."
  fail "Python 3.11 or newer is needed (${old:-none of these runs: $*}): install it, or name it: make PYTHON=/path/to/python3"
}

if [ $# = 0 ]; then
  is_good
  exit
fi

{ mkdir -p _build && : >"$log"; } 2>/dev/null ||
  fail "$(id -un) must not write into $(pwd -P): copy the folder to where that is allowed, and run make there."
if ! is_good; then
  choose
  echo "Making $venv with $chosen ($v)"
  "$chosen" -m venv --clear "$venv" >"$log" 2>&1 || explain "$chosen could not make $venv"
  pwd -P >"$venv/place"
fi
"$venv/bin/python" -m pip install --no-input --disable-pip-version-check --no-user "$@" >"$log" 2>&1 ||
  explain "pip could not install what $venv needs"
"$venv/bin/python" -I -c 'import numpy' 2>/dev/null ||
  fail "pip put the packages elsewhere than into $venv: \`$venv/bin/python -m pip config list\` names the setting that does it."
