import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { missingTool } from '../storage/describe-where';
import { until } from './until';

/** Why no file system can be mounted here, if so. */
export const noSmallDisk = missingTool('unshare', '-rm', 'sh', '-c', 'mount -t tmpfs -o size=4m none /tmp');

/** Runs a server with `folder` on a disk of its own, which goes with the server. */
export function onSmallDisk(folder: string, mebibytes: number): string[] {
  const mount = `mount -t tmpfs -o size=${mebibytes}m none "${folder}" && exec "$@"`;
  return ['unshare', '-rm', 'sh', '-c', mount, 'sh'];
}

/** A disk that outlives the servers on it. */
export interface SmallDisk {
  /** For servers: what they see at `folder` is the disk. */
  wrapper: string[];
  /** The disk, as this process sees it. */
  path: string;
  /** Runs a shell command where the disk is mounted. @throws Error with what it printed when it fails. */
  run(command: string): void;
  end(): Promise<void>;
}

export async function mountSmallDisk(folder: string, mebibytes: number): Promise<SmallDisk> {
  const command = [...onSmallDisk(folder, mebibytes), 'sh', '-c', 'echo mounted; exec sleep 1000'];
  const holder = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  holder.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await until(() => output.includes('mounted'), 'the disk is mounted');
  const wrapper = ['nsenter', '-t', String(holder.pid), '-U', '-m', '--preserve-credentials'];
  return {
    wrapper,
    path: join(`/proc/${holder.pid}/root`, folder),
    run(line) {
      const { status, stderr } = spawnSync(wrapper[0] ?? '', [...wrapper.slice(1), 'sh', '-c', line]);
      if (status !== 0) throw new Error(`${line}: ${stderr.toString()}`);
    },
    async end() {
      const ended = once(holder, 'exit');
      holder.kill('SIGKILL');
      await ended;
    },
  };
}
