import { missingTool } from '../storage/describe-where';

/** Why no file system can be mounted here, if so. */
export const noSmallDisk = missingTool('unshare', '-rm', 'sh', '-c', 'mount -t tmpfs -o size=4m none /tmp');

/** Runs a server with `folder` on a disk of its own, which goes with the server. */
export function onSmallDisk(folder: string, mebibytes: number): string[] {
  const mount = `mount -t tmpfs -o size=${mebibytes}m none "${folder}" && exec "$@"`;
  return ['unshare', '-rm', 'sh', '-c', mount, 'sh'];
}
