#!/bin/sh
# typebox 1.4.3, @seriousme/openapi-schema-validator 2.11.0, @redocly/cli 2.77.0, ajv 8.20.0
#
# Type.Tuple makes `items: [...]` with `additionalItems`, as JSON Schema had it before 2020-12. OpenAPI 3.1 is of 2020-12, where a
# tuple is `prefixItems` and `items` is one schema. One validator takes a document with such a schema for valid OpenAPI 3.1,
# since the meta-schema leaves schemas open; another refuses it; and ajv for 2020-12 refuses to compile the schema.
#
# Seen: {"type":"array","additionalItems":false,"items":[{"type":"integer"},{"type":"integer"}],"minItems":2}
#       openapi-schema-validator: valid
#       redocly: refused
#       ajv 2020-12: refused
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts typebox@1.4.3 @seriousme/openapi-schema-validator@2.11.0 \
  @redocly/cli@2.77.0 ajv@8.20.0
cat >see.mjs <<'PROGRAM'
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import Type from 'typebox';

const tuple = JSON.parse(JSON.stringify(Type.Tuple([Type.Integer(), Type.Integer()])));
console.log(JSON.stringify(tuple));
const content = { 'application/json': { schema: tuple } };
const document = {
  openapi: '3.1.0',
  info: { title: 'Pairs', version: '1', license: { name: 'MIT', identifier: 'MIT' } },
  paths: { '/pair': { get: { responses: { 200: { description: 'A pair', content } } } } },
};
writeFileSync('pairs.json', JSON.stringify(document));
const { valid } = await new Validator().validate(document);
const words = ['node_modules/@redocly/cli/bin/cli.js', 'lint', '--extends=spec', 'pairs.json'];
const redocly = spawnSync(process.execPath, words, { env: { ...process.env, REDOCLY_TELEMETRY: 'off' } }).status === 0;
let compiles = true;
try {
  new Ajv2020().compile(tuple);
} catch {
  compiles = false;
}
console.log(`openapi-schema-validator: ${valid ? 'valid' : 'refused'}`);
console.log(`redocly: ${redocly ? 'valid' : 'refused'}`);
console.log(`ajv 2020-12: ${compiles ? 'compiles' : 'refused'}`);
process.exit(valid && !redocly && !compiles && Array.isArray(tuple.items) ? 0 : 1);
PROGRAM
node see.mjs
