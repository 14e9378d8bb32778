#!/usr/bin/env bash
# What one GPU shows in under eight minutes: is MoCo v2 right, is the GPU busy, are a million images quick?
#   experiments/gpu_check.sh ../shared/data OUT
# It needs cifar10/cifar10.zip and pets37/pets37.zip in the first folder (60 MB) and writes what it prints to
# OUT/gpu_check.md, encoders and curves beside it. Parts that have a result are not run again; what does not fit
# into the time is named.
set -euo pipefail
data=${1:?the folder of cifar10/ and pets37/}
out=${2:?a folder for the results}
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
cifar=$data/cifar10/cifar10.zip
pets=$data/pets37/pets37.zip
mkdir -p "$out"
report=$out/gpu_check.md
limit=${SECONDS_IN_ALL:-470}
rm -f "$out/failed.txt"

part() { # NAME SECONDS COMMAND...: run a part that has no result yet, within its time
  local name=$1 seconds=$2 file=$out/$1.txt
  shift 2
  [ -s "$file" ] && return
  ((seconds > limit - SECONDS)) && seconds=$((limit - SECONDS))
  if ((seconds <= 0)); then
    echo "$name: no time was left" | tee -a "$out/failed.txt"
  elif timeout "$seconds" "$@" >"$file.partial" 2>"$out/$name.log"; then mv "$file.partial" "$file"; else
    echo "$name: ended with $?: $(tail -n 1 "$out/$name.log")" | tee -a "$out/failed.txt"
  fi
}

curve() { # PARTS EPOCHS: MoCo v2 by the settings published for CIFAR-10, then its kNN accuracy
  local folder=$out/cifar-$1-parts-$2-epochs
  "$python" -m ml pretrain --preset cifar --source "$cifar::train" --mode vup --epochs "$2" \
    --set batch_norm_splits="$1" --out "$folder" --cache "$out/cache" &&
    "$python" -m ml knn --encoder "$folder/encoder.safetensors" --pool "$cifar::train" --test "$cifar::test" \
      --cache "$out/cache"
}

part device 20 "$python" -c 'import torch; print(torch.__version__, torch.cuda.get_device_name())'
for epochs in 10 20 40; do
  for parts in 8 1; do
    export -f curve
    export python cifar out
    part "knn-$parts-parts-$epochs-epochs" 120 bash -c "curve $parts $epochs"
  done
done
throughput=("$python" -m benchmarks.pretrain_throughput --turns 5 --steps 10)
part resnet18-32 60 "${throughput[@]}" --source "$cifar::train" --backbone resnet18 --image-size 32 --batch-size 512
part resnet50-224 90 "${throughput[@]}" --source "$pets::train" --backbone resnet50 --stem imagenet --image-size 224 \
  --batch-size 256
part embedding 60 "$python" -m benchmarks.encoder_speed --encoders vit_small_patch14_dinov2.lvd142m --batch-size 128 --turns 5
part ackmeans 60 "$python" -m benchmarks.ackmeans --points 1000000 --width 512 --new 100 --anchors 900 --turns 2
part herding 90 "$python" -m benchmarks.selection --images 1000000 --width 512 --strategies max_herding random

{
  echo "# One GPU"
  for file in "$out"/*.txt; do
    printf '\n## %s\n\n' "$(basename "$file" .txt)"
    cat "$file"
  done
} >"$report"
cat "$report"
[ ! -e "$out/failed.txt" ]
