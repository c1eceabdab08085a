import { AppError } from '../errors';

/** What a tenant may have at most; Infinity where there is no limit. */
export interface Quota {
  maxFiles: number;
  maxBytes: number;
}

/** What a tenant has, expired files that the reaper has not removed included. */
export interface Usage {
  files: number;
  bytes: number;
}

export const UNLIMITED: Quota = { maxFiles: Infinity, maxBytes: Infinity };

interface QuotaSettings {
  tenantMaxBytes: number;
  tenantMaxFiles: number;
  apiKeys: readonly { tenant: string; quota?: Partial<Quota> }[];
}

/** The quota of each tenant: its key's, or else the one for all. */
export function quotasOf({ tenantMaxBytes, tenantMaxFiles, apiKeys }: QuotaSettings): (tenant: string) => Quota {
  const all: Quota = { maxFiles: tenantMaxFiles, maxBytes: tenantMaxBytes };
  const own = new Map<string, Quota>();
  for (const { tenant, quota } of apiKeys) if (quota) own.set(tenant, { ...all, ...quota });
  return (tenant) => own.get(tenant) ?? all;
}

export function isLimited({ maxFiles, maxBytes }: Quota): boolean {
  return maxFiles < Infinity || maxBytes < Infinity;
}

/** @throws AppError `forbidden` with the code `quota_exceeded` when one more file of `bytes` would be too much. */
export function checkQuota(usage: Usage, quota: Quota, bytes: number): void {
  if (usage.files + 1 > quota.maxFiles) throw exceeded(`${usage.files} of ${quota.maxFiles} files are there`);
  if (usage.bytes + bytes > quota.maxBytes) {
    throw exceeded(`${usage.bytes} of ${quota.maxBytes} bytes are used, and the file is larger than what is left`);
  }
}

function exceeded(state: string): AppError {
  return new AppError('forbidden', `The quota is used up: ${state}. Delete files, or ask for a larger quota.`, {
    code: 'quota_exceeded',
  });
}
