// Writes src/lib/api/schema.d.ts, and the defaults that the forms start from, of the service's own OpenAPI
// document; with --check it only compares.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString } from 'openapi-typescript';

const WITH_DEFAULTS = ['RoundConfig', 'FrozenFinetune', 'FullFinetune'];

const frontend = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const repository = resolve(frontend, '..');
const bundledPython = resolve(repository, '.venv/bin/python');
const python = process.env.PYTHON ?? (existsSync(bundledPython) ? bundledPython : 'python3');

/** Returns the values that the service takes for what a configuration leaves out. */
function defaultsOf({ properties }) {
  const given = Object.entries(properties).filter(([, property]) => 'default' in property);
  return Object.fromEntries(given.map(([name, property]) => [name, property.default]));
}

const document = JSON.parse(
  execFileSync(python, ['scripts/openapi.py'], {
    cwd: repository,
    maxBuffer: 64 * 1024 * 1024
  }).toString()
);
const defaults = WITH_DEFAULTS.map((name) => [name, defaultsOf(document.components.schemas[name])]);
const written = {
  'schema.d.ts': astToString(await openapiTypescript(document)),
  'defaults.json': `${JSON.stringify(Object.fromEntries(defaults), null, 2)}\n`
};

for (const [name, text] of Object.entries(written)) {
  const target = resolve(frontend, 'src/lib/api', name);
  if (!process.argv.includes('--check')) {
    writeFileSync(target, text);
  } else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    console.error(`${name} differs from the service: run \`npm run types\` and commit the result.`);
    process.exit(1);
  }
}
