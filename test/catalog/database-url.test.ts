import { parseDatabaseUrl } from '../../src/catalog/database-url';

describe('DATABASE_URL', () => {
  it('names a SQLite file by its path as it is', () => {
    for (const path of ['./data/sluice.db', '/var/lib/sluice.db', 'plain.db', './with space & 100%.db']) {
      expect(parseDatabaseUrl(`sqlite:${path}`)).toEqual({
        kind: 'sqlite',
        filename: path,
        busyTimeoutSeconds: 10,
        description: `sqlite:${path}`,
      });
    }
    expect(parseDatabaseUrl('sqlite::memory:')).toMatchObject({ filename: ':memory:' });
    expect(parseDatabaseUrl('sqlite:a.db?busyTimeoutSeconds=0.5')).toMatchObject({ busyTimeoutSeconds: 0.5 });
  });

  it('names a Postgres database, with settings that the driver does not see', () => {
    const settings = parseDatabaseUrl(
      'postgres://me:p%40ss@db.example:6432/files?poolMax=20&connectTimeoutSeconds=3&statementTimeoutSeconds=7.5&sslmode=require&application_name=x',
    );
    expect(settings).toEqual({
      kind: 'postgres',
      connectionString:
        'postgres://me:p%40ss@db.example:6432/files?sslmode=require&application_name=x&uselibpqcompat=true',
      poolMax: 20,
      connectTimeoutSeconds: 3,
      statementTimeoutSeconds: 7.5,
      description: 'postgres://db.example:6432/files',
    });
    expect(parseDatabaseUrl('postgresql://localhost/files')).toMatchObject({
      poolMax: 10,
      connectTimeoutSeconds: 5,
      statementTimeoutSeconds: 30,
    });
    expect(parseDatabaseUrl('postgres:///files?host=/var/run/postgresql')).toMatchObject({
      description: 'postgres:///var/run/postgresql/files',
    });
  });

  it.each([
    ['', /must begin with 'sqlite:' or 'postgres:\/\/'/],
    ['mysql://localhost/files', /must begin with/],
    ['./data/sluice.db', /must begin with/],
    ['sqlite:', /path of the database is missing/],
    ['sqlite:?busyTimeoutSeconds=1', /path of the database is missing/],
    ['sqlite:///data/sluice.db', /without '\/\/'/],
    ['sqlite::shared:', /'sqlite::memory:'/],
    ['sqlite:a\0b', /NUL/],
    ['sqlite:a.db?poolMax=3', /'poolMax' is not a parameter here; there are busyTimeoutSeconds/],
    ['sqlite:a.db?busyTimeoutSeconds=0', /busyTimeoutSeconds must be a number of seconds/],
    ['sqlite:a.db?busyTimeoutSeconds=1e3', /busyTimeoutSeconds must be/],
    ['sqlite:a.db?busyTimeoutSeconds=1&busyTimeoutSeconds=2', /given twice/],
    ['postgres:files', /'\/\/' must follow/],
    ['postgres://me:s3cret@host:port/files', /not a URL/],
    ['postgres://me:s3cret#@host/files', /not a URL/],
    ['postgres://me:s3cret@host/files#more', /not a URL/],
    ['postgres://me:s3cret%zz@host/files', /not a URL/],
    ['postgres://me:s3cret@host', /name of the database is missing/],
    ['postgres://me:s3cret@host/', /name of the database is missing/],
    ['postgres:///files', /host is missing/],
    ['postgres://me:s3cret@host/files?poolmax=3', /'poolmax' is not a parameter here; there are poolMax, /],
    ['postgres://me:s3cret@host/files?connect_timeout=3', /'connect_timeout' is not a parameter here/],
    ['postgres://me:s3cret@host/files?poolMax=0', /poolMax must be a whole number from 1 to 1000/],
    ['postgres://me:s3cret@host/files?poolMax=1.5', /poolMax must be a whole number/],
    ['postgres://me:s3cret@host/files?statementTimeoutSeconds=-1', /statementTimeoutSeconds must be/],
    ['postgres://me:s3cret@host/files?sslmode=on', /sslmode must be one of disable, /],
    ['postgres://me:s3cret@host/files?sslmode=prefer', /sslmode must be one of disable, /],
    ['postgres://me:s3cret@host/files?sslmode=verify-ca', /verify-ca needs sslrootcert=FILE/],
    ['postgres://me:s3cret@host/files?sslmode=verify-full', /needs sslrootcert=FILE, or sslrootcert=system/],
    ['postgres://me:s3cret@host/files?sslmode=require&sslrootcert=system', /needs sslmode=verify-full/],
    ['postgres://me:s3cret@host/files?sslrootcert=/ca.pem', /sslrootcert needs sslmode/],
    ['postgres://me:s3cret@host/files?uselibpqcompat=true', /'uselibpqcompat' is not a parameter here/],
  ])('refuses %j with one sentence that tells no password', (url, sentence) => {
    expect(() => parseDatabaseUrl(url)).toThrow(sentence);
    expect(() => parseDatabaseUrl(url)).not.toThrow(/s3cret/);
  });
});
