#!/usr/bin/env bash
# What does it take to finish a collection, and do certificates hold?
#   experiments/finish.sh ../shared/data OUT [SEEDS]
# Writes one result of `eigenlab finish` a setting, which goes on where it was stopped: everything seen with the head
# fitted every four pages and never, and goals of 1, 2 and 5 % on pools that vary by seed.
set -euo pipefail
data=${1:?the folder of the image sets}
out=${2:?a folder for the results}
seeds=${3:-0,1,2,3,4}
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
mkdir -p "$out"

finish() { # SET NAME OPTIONS...
  local pool=$data/$1/$1.zip::train name=$1-$2
  shift 2
  echo "## $name"
  "$python" -m ml finish --pool "$pool" --schedule 1,1,1 --seeds "$seeds" --out "$out/$name.json" "$@"
}

for set in trashnet pets37 eurosat cifar10; do
  finish "$set" every4
  finish "$set" never --refit-every 0
  for goal in 0.05 0.02 0.01; do
    finish "$set" "goal$goal" --goal "$goal" --pool-share 0.8
  done
done
