import { UNLIMITED, checkQuota, isLimited } from './quota';
import type { Quota, Usage } from './quota';
import type { BlobFile, FileCatalog, FileRecord } from './file-catalog';
import { grouped } from './group-commit';
import type { Runner } from './run-statements';
import type { Statements } from './statements/statements';

type FileAdder = Pick<FileCatalog, 'commit' | 'addSmall'>;

/** A row with its tenant's quota. JSON has no Infinity: no limit arrives as null. */
type Bounded<File> = File & Quota;

interface SmallFile {
  file: Bounded<FileRecord>;
  content: readonly Buffer[];
}

/**
 * Adds files, many in one statement, each within its tenant's quota. The statement counts the files of a batch one after
 * another, so that a file may be left out because of one before it that was left out, too: it is then tried alone.
 */
export function createFileAdder(
  { change }: Runner,
  statements: Statements,
  usageOf: (tenant: string) => Promise<Usage>,
): FileAdder {
  const commitTogether = grouped(
    async (files: Bounded<BlobFile>[]) => {
      const added = await commitAll(files);
      return (file) => added.has(file.blobKey);
    },
    ({ tenant }) => tenant,
  );
  const addSmallTogether = grouped(
    async (files: SmallFile[]) => {
      const added = await addAllSmall(files);
      return ({ file }) => added.has(file.id);
    },
    ({ file }) => file.tenant,
  );
  return { commit, addSmall };

  async function commit(record: BlobFile, quota: Quota = UNLIMITED): Promise<boolean> {
    const file = { ...record, ...quota };
    if (await commitTogether(file)) return true;
    if (!isLimited(quota)) return false;
    checkQuota(await usageOf(file.tenant), quota, file.bytes);
    const isAdded = (await commitAll([file])).has(file.blobKey);
    if (!isAdded) checkQuota(await usageOf(file.tenant), quota, file.bytes);
    return isAdded;
  }

  async function commitAll(files: Bounded<BlobFile>[]): Promise<Set<string>> {
    const added = await change<{ blob_key: string }>(statements.commit, [JSON.stringify(files)]);
    return new Set(added.map((row) => row.blob_key));
  }

  async function addSmall(record: FileRecord, content: readonly Buffer[], quota: Quota = UNLIMITED): Promise<void> {
    const small = { file: { ...record, ...quota }, content };
    let isAdded = await addSmallTogether(small);
    while (!isAdded) {
      checkQuota(await usageOf(record.tenant), quota, record.bytes);
      isAdded = (await addAllSmall([small])).has(record.id);
    }
  }

  async function addAllSmall(files: SmallFile[]): Promise<Set<string>> {
    const content: Buffer[] = [];
    let position = 1;
    const rows = files.map(({ file, content: own }) => {
      content.push(...own);
      const row = { ...file, position };
      position += file.bytes;
      return row;
    });
    const added = await change<{ id: string }>(statements.addSmall, [JSON.stringify(rows), Buffer.concat(content)]);
    return new Set(added.map((row) => row.id));
  }
}
