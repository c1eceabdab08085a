import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, parseText } from './contract/document';
import { applyOverlay } from './contract/overlay';

const root = join(__dirname, '..');
const published = parseText(readFileSync(join(root, 'contract/published.json'), 'utf8'), 'contract/published.json');
const overlay = parseText(readFileSync(join(root, 'contract/overlay.yaml'), 'utf8'), 'contract/overlay.yaml');
if (!isObject(published)) throw new Error('contract/published.json is no object');
const { document, skipped } = applyOverlay(published, overlay, 'contract/overlay.yaml');
for (const action of skipped) console.log(`not needed any more: ${action}`);
writeFileSync(join(root, 'openapi.json'), `${JSON.stringify(document, null, 2)}\n`);
