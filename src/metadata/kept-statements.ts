import type { Database, Statement } from 'sqlite3';

/** More than the catalog uses. The same text with another number of `?` is another statement. */
const MAX_STATEMENTS = 32;

type Done = (error: Error | null, rows?: unknown[]) => void;

/** Of sqlite3 what is used here; its own types leave the arguments open. */
interface Connection {
  all(sql: string, bindings: readonly unknown[], done: Done): unknown;
  close(done?: (error: Error | null) => void): void;
}

/**
 * Has SQLite compile each statement once for a connection. sqlite3 does it for each call, which takes as long as a small
 * statement itself, and one more way to a thread and back.
 *
 * A connection of knex runs one call at a time: two calls of one statement are never under way at once.
 */
export function keepStatements(database: Database): void {
  const connection: Connection = database;
  const kept = new Map<string, Statement>();
  const close = connection.close.bind(connection);

  // so knex runs whatever gives rows, and all that is raw
  connection.all = (sql, bindings, done) => {
    const forgetting: Done = (error, rows) => {
      // One that failed holds its lock, and its view of the database, until it is finalized.
      if (error) drop(sql);
      done(error, rows);
    };
    statementOf(sql, forgetting).all(bindings, forgetting);
  };

  connection.close = (done) => {
    // SQLite closes nothing that still has statements
    for (const sql of kept.keys()) drop(sql);
    close(done);
  };

  function statementOf(sql: string, done: Done): Statement {
    const found = kept.get(sql);
    if (found) return found;
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size >= MAX_STATEMENTS) drop(oldest);
    // one that cannot be compiled tells so here, and its call is never answered
    const statement = database.prepare(sql, (error) => error && done(error));
    kept.set(sql, statement);
    return statement;
  }

  function drop(sql: string): void {
    kept.get(sql)?.finalize();
    kept.delete(sql);
  }
}
