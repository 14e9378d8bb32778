// Prints which rooms of src/lib import which; exits with 1 where some do so in a circle, or where a page is imported.
// A room is a folder of src/lib, or a file that lies beside the folders.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, posix, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

/** Returns the room of a path below src: `ui` of `lib/ui/Button.svelte`, `routes` of every page. */
function roomOf(path) {
  const [top, room] = path.split('/');
  return top === 'lib' ? room.split('.')[0] : top;
}

/**
 * Returns what imports what: for each room the rooms it imports, each with the file that does.
 *
 * `sources` has the text of each file by its path below src; tests and what is imported from packages do not count.
 */
export function importsOf(sources) {
  const rooms = new Map();
  for (const [path, text] of Object.entries(sources)) {
    const from = roomOf(path);
    if (!path.startsWith('lib/') || /\.test\.ts$/.test(path)) continue;
    if (!rooms.has(from)) rooms.set(from, new Map());
    for (const [, name] of text.matchAll(IMPORT)) {
      const target = name.startsWith('.')
        ? posix.join(posix.dirname(path), name)
        : name.replace(/^\$lib\//, 'lib/');
      if (target === name) continue;
      const to = roomOf(target);
      if (to !== from && !rooms.get(from).has(to)) rooms.get(from).set(to, path);
    }
  }
  return rooms;
}

/** Returns one circle of rooms, the first of them again at its end; null where there is none. */
export function circleIn(rooms) {
  const free = new Set();
  const search = (room, way) => {
    if (way.includes(room)) return [...way.slice(way.indexOf(room)), room];
    if (free.has(room)) return null;
    for (const next of rooms.get(room)?.keys() ?? []) {
      const circle = search(next, [...way, room]);
      if (circle) return circle;
    }
    free.add(room);
    return null;
  };
  for (const room of rooms.keys()) {
    const circle = search(room, []);
    if (circle) return circle;
  }
  return null;
}

function readSources(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(svelte|ts)$/.test(path) && !path.endsWith('.d.ts'));
  return Object.fromEntries(
    files.map((path) => [path, readFileSync(resolve(folder, path), 'utf8')])
  );
}

function main() {
  const here = dirname(fileURLToPath(import.meta.url));
  const rooms = importsOf(readSources(resolve(here, '../src')));
  const quiet = argv.includes('--check');
  for (const [room, imported] of [...rooms].toSorted()) {
    if (!quiet) console.log(`${room}: ${[...imported.keys()].toSorted().join(' ')}`);
    if (imported.has('routes')) return `${imported.get('routes')} imports a page.`;
  }
  const circle = circleIn(rooms);
  if (!circle) return null;
  const files = circle.slice(1).map((to, index) => `  ${rooms.get(circle[index]).get(to)}: ${to}`);
  return `These rooms of src/lib import each other in a circle: ${circle.join(', ')}\n${files.join('\n')}`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const wrong = main();
  if (wrong) {
    console.error(wrong);
    process.exitCode = 1;
  }
}
