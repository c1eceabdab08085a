import { missingTool } from '../storage/describe-where';

/** Node's own rule: whatever is not allowed is refused, and writing is not allowed anywhere. */
export const NO_WRITE_PERMISSION = ['--experimental-permission', '--allow-fs-read=*', '--allow-addons'] as const;

/** A namespace in which every file system of a disk or of memory is read-only, the temp folder's too. */
export const READ_ONLY_MOUNTS = [
  'unshare',
  '--mount',
  ...(process.getuid?.() === 0 ? [] : ['--map-root-user']),
  'sh',
  '-c',
  `set -e
  while read -r _ mount type _; do
    case $type in proc | sysfs | cgroup* | devpts | mqueue) continue ;; esac
    mount -o remount,bind,ro "$mount" 2>/dev/null || true
  done </proc/mounts
  for folder in / /tmp /dev/shm "\${TMPDIR:-/tmp}"; do
    if touch "$folder/sluice-writable" 2>/dev/null; then echo "$folder can be written" >&2; exit 1; fi
  done
  exec "$@"`,
  'read-only',
];

export const noReadOnlyMounts = missingTool(READ_ONLY_MOUNTS[0] ?? '', ...READ_ONLY_MOUNTS.slice(1), 'true');
