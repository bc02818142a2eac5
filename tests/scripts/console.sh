#!/usr/bin/env bash
# Builds the console into static/dist unless that is newer than everything it is made of.
. "$(dirname "$0")/common.sh"

[ -f static/package.json ] || { echo "There is no console in this tree; the hub serves its API alone."; exit 0; }
command -v npm >/dev/null || fail "npm is missing: the console needs Node.js 20 or later"

inputs=(static/package.json static/*.html static/*.ts static/*.js static/src static/build static/public static/docs)
fresh() {
  [ -f static/dist/index.html ] || return 1
  [ -z "$(find "${inputs[@]}" -newer static/dist/index.html -type f -print -quit 2>/dev/null)" ]
}
fresh && { echo "The console is up to date."; exit 0; }

if [ ! -d static/node_modules ] || [ static/package.json -nt static/node_modules ]; then
  echo "Installing the console's packages …"
  (cd static && { npm ci --no-audit --no-fund --loglevel=error ||
    npm install --no-save --no-audit --no-fund --loglevel=error; }) || fail "npm could not install the console's packages"
  touch static/node_modules
fi
echo "Building the console …"
(cd static && npm run --silent build) || fail "the console did not build"
touch static/dist/index.html
