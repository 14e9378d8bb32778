#!/bin/sh
# Install torch and torchvision: install_torch.sh cpu|cuda [INDEX]. pip's own index has the CUDA builds for x86-64. CPU
# builds come from an index that pip is told of, where one has them, and else from PyTorch's own, which uv knows.
set -eu
build=$1
index=${2:-}
version=$(sed -n 's/^torch==//p' constraints.txt)
if [ -n "$index" ]; then
    pip install --constraint constraints.txt --index-url "$index" torch torchvision
elif [ "$build" = cuda ]; then
    pip install --constraint constraints.txt torch torchvision
elif [ "$build" = cpu ]; then
    if ! pip install --constraint constraints.txt "torch==$version+cpu" torchvision; then
        python -m venv /tmp/uv
        /tmp/uv/bin/pip install uv
        /tmp/uv/bin/uv pip install --python "$(command -v python)" --torch-backend cpu \
            --constraint constraints.txt torch torchvision
        rm -rf /tmp/uv
    fi
else
    echo "TORCH is cpu or cuda, not $build" >&2
    exit 2
fi
python -c "import torch; assert '$build' != 'cpu' or '$index' or torch.version.cuda is None, torch.__version__"
