import type { Database, Statement } from 'sqlite3';

/** More than the catalog uses. Each number of `?` in a list is a statement of its own. */
const MAX_STATEMENTS = 32;

type Done = (error: Error | null, rows?: unknown[]) => void;

/** The methods used here; sqlite3's own types leave the arguments open. */
interface Connection {
  all(sql: string, bindings: readonly unknown[], done: Done): unknown;
  close(done?: (error: Error | null) => void): void;
}

/**
 * Compiles each statement once for a connection. sqlite3 compiles it for each call, which takes as long as a small statement
 * itself, and another trip to a libuv thread.
 */
export function keepStatements(database: Database): void {
  const connection: Connection = database;
  const kept = new Map<string, Statement>();
  const { all, close } = connection;

  // knex calls `all` for whatever returns rows, and for raw statements
  connection.all = (sql, bindings, done) => {
    const statement = kept.get(sql) ?? database.prepare(sql, onPrepared);
    statement.all(bindings, (error: Error | null, rows?: unknown[]) => {
      // A failed statement holds its lock and its snapshot until it is finalized.
      if (error) drop(sql, statement);
      done(error, rows);
    });

    function onPrepared(error: Error | null): void {
      // A compile error is reported only here; the `all` callback never runs.
      if (error) done(error);
      else keep(sql, statement);
    }
  };

  connection.close = (done) => {
    // SQLite refuses to close a connection that has statements
    for (const [sql, statement] of kept) drop(sql, statement);
    connection.all = all;
    close.call(connection, done);
  };

  function keep(sql: string, statement: Statement): void {
    const [oldest] = kept;
    // two calls may have compiled the same text at once: the later statement is kept
    const former = kept.get(sql);
    if (former) drop(sql, former);
    else if (oldest && kept.size >= MAX_STATEMENTS) drop(...oldest);
    kept.set(sql, statement);
  }

  function drop(sql: string, statement: Statement): void {
    // sqlite3 throws where nobody can catch it when a statement is finalized twice
    if (kept.get(sql) !== statement) return;
    kept.delete(sql);
    statement.finalize();
  }
}
