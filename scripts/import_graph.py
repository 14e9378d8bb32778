"""Print the packages of `app`, `ml` and `worker`, the imports between them, and the cycles.

    .venv/bin/python scripts/import_graph.py          # arrows between the packages below each root
    .venv/bin/python scripts/import_graph.py --cycles # cycles only; exit code 1 where there is one

A package here is what lies directly below a root: a folder, or a module that stands by itself.
"""

import argparse
import sys

import grimp
import networkx

ROOTS = ("app", "ml", "worker")


def package_graph(modules: grimp.ImportGraph, root: str) -> networkx.DiGraph:
    """Return the graph of the packages right below `root`; an edge weighs its number of imports."""
    packages = networkx.DiGraph()
    packages.add_nodes_from(modules.find_children(root))
    for module in modules.find_descendants(root):
        package = _package_of(module)
        for imported in modules.find_modules_directly_imported_by(module):
            other = _package_of(imported)
            if imported.startswith(f"{root}.") and other != package:
                weight = packages.get_edge_data(package, other, {"weight": 0})["weight"]
                packages.add_edge(package, other, weight=weight + 1)
    return packages


def cycles_of(packages: networkx.DiGraph) -> list[list[str]]:
    """Return the groups of packages that import one another in a circle, each sorted, largest first."""
    groups = [sorted(group) for group in networkx.strongly_connected_components(packages) if len(group) > 1]
    return sorted(groups, key=lambda group: (-len(group), group))


def files_at_the_top(modules: grimp.ImportGraph, root: str) -> int:
    """Return how many modules, not folders, lie directly below `root`."""
    return sum(not modules.find_children(child) for child in modules.find_children(root))


def _package_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def main() -> int:
    """Print the graph; return 1 where only cycles were asked for and there is one."""
    parser = argparse.ArgumentParser(description="Imports between packages, from the code.")
    parser.add_argument(
        "--cycles", action="store_true", help="print cycles only, and fail where there is one"
    )
    only_cycles = parser.parse_args().cycles
    modules = grimp.build_graph(*ROOTS)
    found = 0
    for root in ROOTS:
        packages = package_graph(modules, root)
        cycles = cycles_of(packages)
        found += len(cycles)
        top, arrows = files_at_the_top(modules, root), packages.number_of_edges()
        print(f"{root}: {len(packages)} packages ({top} are modules), {arrows} arrows, {len(cycles)} cycles")
        if not only_cycles:
            for package in sorted(packages):
                arrows = sorted(
                    (other.split(".")[1], packages[package][other]["weight"]) for other in packages[package]
                )
                if arrows:
                    print(f"  {package} -> {', '.join(f'{name} ({count})' for name, count in arrows)}")
        for cycle in cycles:
            print(f"  cycle of {len(cycle)}: {', '.join(name.split('.')[1] for name in cycle)}")
    return int(only_cycles and found > 0)


if __name__ == "__main__":
    sys.exit(main())
