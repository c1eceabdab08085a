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

const RAW: Target = {
  name: 'raw',
  note: 'Node’s http into a file, the limit: nothing parsed, checked, hashed or synced, no catalog',
  command: [process.execPath, join(PEERS, 'raw-file.cjs')],
  contentPath: (id) => `/${id}`,
};

const RAW_SYNCED: Target = {
  name: 'raw, synced',
  note: 'the same with Sluice’s promise for the bytes: file and folder synced before the answer',
  command: [process.execPath, join(PEERS, 'raw-synced.cjs')],
};

/** What is installed in `peers/` runs; what is not is named. */
export function installedTargets(): { targets: Target[]; missing: string[] } {
  const peers = [
    { name: 'multer', dependency: 'multer', note: 'to disk; no sync, no catalog, no contract' },
    {
      name: 'multer, synced',
      dependency: 'multer',
      program: 'multer-synced',
      note: 'the same with Sluice’s promise: file, folder and a row in SQLite through knex synced before the answer',
    },
    { name: 'formidable', dependency: 'formidable', note: 'to disk; no sync, no catalog, no contract' },
    { name: 'fastify-multipart', dependency: '@fastify/multipart', note: 'to disk; no sync, no catalog, no contract' },
  ];
  const installed = peers.filter((peer) => isInstalled(peer.dependency));
  return {
    targets: [
      SLUICE,
      RAW,
      RAW_SYNCED,
      ...installed.map(({ name, program = name, note }) => ({
        name,
        note,
        command: [process.execPath, join(PEERS, `${program}.cjs`)],
      })),
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
    MALLOC_ARENA_MAX: '2',
  };
}
