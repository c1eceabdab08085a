import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_FLAGS } from '../../test/support/node-flags';
import type { Target } from './process';

const ROOT = join(__dirname, '../..');
const PEERS = join(__dirname, 'peers');
const MAIN = join(ROOT, 'dist/src/main.js');

/** As the README starts it, on the durable default, with everything on. */
export const SLUICE: Target = {
  name: 'sluice',
  note: 'express, openapi-backend, validation, CRC-32, synced before 200, durable catalog row',
  command: [process.execPath, ...NODE_FLAGS, MAIN],
  env: sluiceEnvironment,
  contentPath: (id) => `/v1/files/${id}/content`,
  deletePath: (id) => `/v1/files/${id}`,
};

const SLUICE_WITHOUT_FLAG: Target = {
  ...SLUICE,
  name: 'sluice, no Node flags',
  note: 'the same without the two flags for V8’s heap',
  command: [process.execPath, MAIN],
};

const RAW: Target = {
  name: 'raw http to a file',
  note: 'the limit: nothing parsed, checked, hashed or synced, no catalog',
  command: [process.execPath, join(PEERS, 'raw-file.cjs')],
  contentPath: (id) => `/${id}`,
};

/** What is installed in `peers/` runs; what is not is named. */
export function installedTargets(): { targets: Target[]; missing: string[] } {
  const peers = [
    { name: 'multer', dependency: 'multer', note: 'to disk; no sync, no catalog, no contract' },
    { name: 'formidable', dependency: 'formidable', note: 'to disk; no sync, no catalog, no contract' },
    { name: 'fastify-multipart', dependency: '@fastify/multipart', note: 'to disk; no sync, no catalog, no contract' },
  ];
  const installed = peers.filter((peer) => isInstalled(peer.dependency));
  return {
    targets: [
      SLUICE,
      SLUICE_WITHOUT_FLAG,
      RAW,
      ...installed.map(({ name, note }) => ({ name, note, command: [process.execPath, join(PEERS, `${name}.cjs`)] })),
    ],
    missing: peers.filter((peer) => !isInstalled(peer.dependency)).map((peer) => peer.name),
  };
}

function isInstalled(dependency: string): boolean {
  return existsSync(join(PEERS, 'node_modules', dependency));
}

function sluiceEnvironment(folder: string): Record<string, string> {
  return {
    DATABASE_URL: `sqlite:${folder}/sluice.db`,
    STORAGE_URL: `file:${folder}/blobs`,
    MAX_FILE_BYTES: '16GiB',
    LOG_LEVEL: 'info',
  };
}
