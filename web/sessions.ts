/** By these a page knows a file again: of its place on the disk it is told nothing. */
type FileTraits = Pick<File, 'name' | 'size' | 'lastModified'>;

/** What this tab knows of an upload in parts, to go on with it after a reload. */
export interface Session extends FileTraits {
  uploadId: string;
  /** Bytes of each part but the last. */
  partBytes: number;
  /** In the order of the file; null for what is not stored yet. */
  partIds: (string | null)[];
  /** Seconds since 1970. */
  expiresAt: number;
}

/** The server tells which parts are there, and not where in the file they belong: this tab must remember it. */
const NAME = 'sluice-uploads';

/** @returns those that may still go on. */
export function storedSessions(): Session[] {
  const sessions = JSON.parse(sessionStorage.getItem(NAME) ?? '[]') as Session[];
  return sessions.filter(({ expiresAt }) => expiresAt * 1000 > Date.now());
}

export function findSession(file: File): Session | undefined {
  return storedSessions().find((session) => isSameFile(session, file));
}

export function isSameFile(one: FileTraits, other: FileTraits): boolean {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

export function storeSession(session: Session): void {
  store([...others(session.uploadId), session]);
}

export function forgetSession(uploadId: string): void {
  store(others(uploadId));
}

/** How many bytes of its file are stored. */
export function storedBytes({ size, partBytes, partIds }: Session): number {
  return partIds.reduce((sum, id, index) => sum + (id === null ? 0 : lengthOf(index)), 0);

  function lengthOf(index: number): number {
    return Math.min(partBytes, size - index * partBytes);
  }
}

function others(uploadId: string): Session[] {
  return storedSessions().filter((session) => session.uploadId !== uploadId);
}

function store(sessions: Session[]): void {
  if (sessions.length === 0) sessionStorage.removeItem(NAME);
  else sessionStorage.setItem(NAME, JSON.stringify(sessions));
}
