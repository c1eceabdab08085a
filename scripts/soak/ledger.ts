import type { UploadOutcome } from '../../test/support/form-upload';

/** What the clients know, and so what must be true after a crash. */
export type Ledger = ReturnType<typeof createLedger>;

export interface Attempt {
  seed: number;
  filename: string;
  bytes: number;
  isCut: boolean;
}

export interface KnownFile extends Attempt {
  id: string;
  state: 'live' | 'deleting' | 'gone';
}

export interface ListedFile {
  id: string;
  filename: string;
  bytes: number;
}

const COUNTS = [
  'answered200',
  'refused',
  'unanswered',
  'unansweredYetThere',
  'cutByClient',
  'deleted',
  'partsAnswered200',
  'partsUnanswered',
  'resumed',
  'resumedYetEnded',
] as const;
type Count = (typeof COUNTS)[number];

export function createLedger() {
  const files = new Map<string, KnownFile>();
  const violations: string[] = [];
  const counts = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<Count, number>;
  let unanswered: Attempt[] = [];
  let fresh: KnownFile[] = [];
  let gone: string[] = [];
  let minted = 0;

  return {
    /** A name and a seed that no other upload has. */
    mint() {
      minted += 1;
      return { seed: minted, filename: `upload-${minted}` };
    },
    uploaded,
    /** Marks a file that is being deleted: whoever reads it meanwhile may get either answer. */
    deleting(file: KnownFile) {
      file.state = 'deleting';
    },
    deleted,
    /** A part of an upload in parts. */
    partSent(status: number | undefined) {
      if (status === 200) counts.partsAnswered200 += 1;
      else if (status === undefined) counts.partsUnanswered += 1;
      else counts.refused += 1;
    },
    /** An upload in parts goes on after a crash. */
    resumed(hadEnded: boolean) {
      counts.resumed += 1;
      if (hadEnded) counts.resumedYetEnded += 1;
    },
    live: () => [...files.values()].filter((file) => file.state === 'live'),
    settle,
    /** Ids of files whose deletion was answered since the last `settle`. */
    deletedIds: () => gone,
    violation: (sentence: string) => void violations.push(sentence),
    counts: counts as Readonly<typeof counts>,
    violations: violations as readonly string[],
  };

  function uploaded(attempt: Attempt, { status, json, mayBeWhole }: UploadOutcome): void {
    if (attempt.isCut) counts.cutByClient += 1;
    if (status === 200 && json?.id !== undefined) {
      counts.answered200 += 1;
      if (!mayBeWhole) violations.push(`${attempt.filename} was answered 200 before it was sent`);
      const file: KnownFile = { ...attempt, id: json.id, state: 'live' };
      files.set(file.id, file);
      fresh.push(file);
    } else if (status !== undefined) {
      counts.refused += 1;
    } else if (!attempt.isCut) {
      counts.unanswered += 1;
      if (mayBeWhole) unanswered.push(attempt);
    }
  }

  function deleted(file: KnownFile, status: number | undefined): void {
    if (status === 200) {
      counts.deleted += 1;
      file.state = 'gone';
      gone.push(file.id);
    } else if (status !== undefined) {
      violations.push(`the deletion of ${file.filename} was answered ${status}`);
    }
  }

  /** Compares with what the server lists. @returns the files whose content must be looked at. */
  function settle(listed: readonly ListedFile[]): KnownFile[] {
    const there = new Map(listed.map((file) => [file.id, file]));
    for (const file of files.values()) {
      const isListed = there.has(file.id);
      if (file.state === 'live' && !isListed) violations.push(`${file.filename} was answered 200 and is not there`);
      if (file.state === 'gone' && isListed) violations.push(`${file.filename} was deleted and is there`);
      // the answer to a deletion was lost: it may have happened
      if (file.state === 'deleting') file.state = isListed ? 'live' : 'gone';
      if (file.state === 'gone') files.delete(file.id);
    }
    const looked = [...fresh.filter((file) => file.state === 'live'), ...listed.flatMap((file) => adopted(file))];
    fresh = [];
    gone = [];
    unanswered = [];
    return looked;
  }

  /** A file that nobody was told of may only be one whose answer was lost, and then it is whole. */
  function adopted(listed: ListedFile): KnownFile[] {
    const known = files.get(listed.id);
    if (known) {
      if (known.bytes !== listed.bytes) violations.push(`${known.filename} has ${listed.bytes} bytes`);
      return [];
    }
    const attempt = unanswered.find((one) => one.filename === listed.filename);
    if (!attempt || attempt.bytes !== listed.bytes) {
      violations.push(`${listed.filename} of ${listed.bytes} bytes is there and nobody sent it whole`);
      return [];
    }
    counts.unansweredYetThere += 1;
    const file: KnownFile = { ...attempt, id: listed.id, state: 'live' };
    files.set(file.id, file);
    return [file];
  }
}
