// Writes src/lib/api/schema.d.ts from the service's own OpenAPI document; with --check it only compares.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString } from 'openapi-typescript';

const frontend = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const repository = resolve(frontend, '..');
const target = resolve(frontend, 'src/lib/api/schema.d.ts');
const bundledPython = resolve(repository, '.venv/bin/python');
const python = process.env.PYTHON ?? (existsSync(bundledPython) ? bundledPython : 'python3');

const document = execFileSync(python, ['scripts/openapi.py'], {
  cwd: repository,
  maxBuffer: 64 * 1024 * 1024
});
const types = astToString(await openapiTypescript(JSON.parse(document.toString())));

if (!process.argv.includes('--check')) {
  writeFileSync(target, types);
} else if (!existsSync(target) || readFileSync(target, 'utf8') !== types) {
  console.error('schema.d.ts differs from the service: run `npm run types` and commit the result.');
  process.exit(1);
}
