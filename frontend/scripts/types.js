// Writes, of the service's own OpenAPI document, into src/lib/api: the types (schema.d.ts), the defaults that the forms
// start from (defaults.json), the fields of the forms that are made from the schema (fields.json), and the bounds of
// everything that is sent (limits.json); with --check it only compares.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { fieldsOf, limitsOf } from './fields.js';

const WITH_FORMS = ['PretrainedEncoder'];
const WITH_DEFAULTS = [
  'RoundConfig',
  'FrozenFinetune',
  'FullFinetune',
  'FixMatchFinetune',
  'HyperRuleFinetune',
  'ReviewConfig'
];

const frontend = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const repository = resolve(frontend, '..');
const bundledPython = resolve(repository, '.venv/bin/python');
const python = process.env.PYTHON ?? (existsSync(bundledPython) ? bundledPython : 'python3');

/** Returns the values that the service takes for what a configuration leaves out. */
function defaultsOf({ properties }) {
  const given = Object.entries(properties).filter(([, property]) => 'default' in property);
  return sorted(Object.fromEntries(given.map(([name, property]) => [name, property.default])));
}

/** Returns a value with the names of all its objects in order, so that a comparison shows real changes only. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const names = Object.keys(value).toSorted();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

// As declared: forms show fields in the order of the service's models.
const document = JSON.parse(
  execFileSync(python, ['scripts/openapi.py', '--as-declared'], {
    cwd: repository,
    maxBuffer: 64 * 1024 * 1024
  }).toString()
);
const defaults = WITH_DEFAULTS.map((name) => [name, defaultsOf(document.components.schemas[name])]);
const asJson = (value) => `${JSON.stringify(value, null, 2)}\n`;
const written = {
  'schema.d.ts': astToString(await openapiTypescript(sorted(document))),
  'defaults.json': asJson(Object.fromEntries(defaults)),
  'fields.json': asJson(fieldsOf(document, WITH_FORMS)),
  'limits.json': asJson(limitsOf(document))
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
