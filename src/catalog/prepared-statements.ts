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
 */
export function keepStatements(database: Database): void {
  const connection: Connection = database;
  const kept = new Map<string, Statement>();
  const { all, close } = connection;

  // so knex runs whatever gives rows, and all that is raw
  connection.all = (sql, bindings, done) => {
    const statement = kept.get(sql) ?? database.prepare(sql, onPrepared);
    statement.all(bindings, (error: Error | null, rows?: unknown[]) => {
      // One that failed holds its lock, and its view of the database, until it is finalized.
      if (error) drop(sql, statement);
      done(error, rows);
    });

    function onPrepared(error: Error | null): void {
      // one that cannot be compiled tells so here, and its call is never answered
      if (error) done(error);
      else keep(sql, statement);
    }
  };

  connection.close = (done) => {
    // SQLite closes nothing that still has statements
    for (const [sql, statement] of kept) drop(sql, statement);
    connection.all = all;
    close.call(connection, done);
  };

  function keep(sql: string, statement: Statement): void {
    const [oldest] = kept;
    // of two calls that compiled the same at once, the later one's is kept, and the other goes behind its call
    const former = kept.get(sql);
    if (former) drop(sql, former);
    else if (oldest && kept.size >= MAX_STATEMENTS) drop(...oldest);
    kept.set(sql, statement);
  }

  function drop(sql: string, statement: Statement): void {
    // never twice, which sqlite3 would throw at nobody
    if (kept.get(sql) !== statement) return;
    kept.delete(sql);
    statement.finalize();
  }
}
