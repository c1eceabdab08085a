import { runInNewContext } from 'node:vm';
import { parseConfig } from '../src/config/config';
import { AppError } from '../src/errors';
import { StartFailure } from '../src/start-failure';
import type { Part } from '../src/start-failure';

const POSTGRES = { DATABASE_URL: 'postgres://u:secret@db.example:5432/files' };
const S3 = { STORAGE_URL: 's3://bucket?region=eu-north-1&endpoint=http://s3.example:9000' };

/** An error of `code` as the engines make it, behind what Sluice says of it. */
function failed(properties: object, message = 'no'): Error {
  return new AppError('unavailable', 'It is not available.', { cause: Object.assign(new Error(message), properties) });
}

/** As a package that Jest loads once throws it. */
const FOREIGN = runInNewContext("Object.assign(new Error('no'), { code: 'ECONNREFUSED' })") as Error;

test.each<[part: Part, env: Record<string, string>, cause: Error, sentence: RegExp]>([
  ['address', { PORT: '80' }, failed({ code: 'EACCES' }), /^This user is not allowed to listen on port 80\. Set PORT/],
  ['address', {}, failed({ code: 'EADDRINUSE' }), /^Port 8080 of 127\.0\.0\.1 is taken .* Stop it/],
  ['database', POSTGRES, failed({ code: '28P01' }), /^The database .*db\.example.* refuses the password\. Correct/],
  ['database', POSTGRES, failed({ code: '3D000' }), /^There is no database .*files\. Create it/],
  ['database', POSTGRES, failed({ code: '42P07' }), /^In .*db\.example.* another program has a table .* Correct/],
  ['database', POSTGRES, failed({ code: '57P03' }), /is still starting/],
  ['database', POSTGRES, new AggregateError([failed({ code: 'ECONNREFUSED' })]), /^Nothing answers at .*db\.example/],
  ['database', POSTGRES, FOREIGN, /^Nothing answers at .*db\.example/],
  ['database', POSTGRES, failed({}, 'timeout expired'), /^Nothing answers at .*db\.example.* \(ETIMEDOUT\)\. Start/],
  ['database', {}, failed({ code: 'SQLITE_CORRUPT' }), /^The database '.*sluice\.db' is damaged\. Restore/],
  ['database', {}, failed({ code: 'SQLITE_READONLY' }), /cannot be written\. Give this user/],
  ['storage', {}, failed({ code: 'EROFS' }), /^The folder '.*blobs' cannot be used \(EROFS\)\. Correct STORAGE_URL/],
  [
    'storage',
    S3,
    failed({ name: 'NoSuchBucket' }),
    /^There is no bucket 'bucket' at http:\/\/s3\.example:9000\. Create/,
  ],
  [
    'storage',
    S3,
    failed({ name: 'AccessDenied' }),
    /^These credentials do not allow writing to the bucket .*\. Give them/,
  ],
  ['storage', S3, failed({ name: 'SignatureDoesNotMatch' }), /refuses the credentials\. Correct AWS_ACCESS_KEY_ID/],
  ['storage', S3, failed({ name: 'RequestTimeTooSkewed' }), /^The clocks of .* differ too much\. Set/],
  ['storage', S3, failed({ name: 'CredentialsProviderError' }), /^There are no credentials for S3\. Set/],
  ['storage', S3, failed({ name: 'PermanentRedirect' }), /is in another region\. Set it in STORAGE_URL: region=…\.$/],
  [
    'storage',
    S3,
    failed({ name: 'AuthorizationHeaderMalformed', Region: 'eu-west-1' }),
    /is in another region, eu-west-1\. Set it in STORAGE_URL: region=eu-west-1\.$/,
  ],
  ['storage', S3, failed({}, 'Region is missing'), /^S3 needs a region\. Add region=… to STORAGE_URL/],
  ['database', {}, new AppError('unavailable', 'Another program has made this database.'), /^Another program has made/],
])('of the %s with %j it says what is in the way and what to do', (part, env, cause, sentence) => {
  const { message } = new StartFailure(part, parseConfig(env), cause);
  expect(message).toMatch(sentence);
  expect(message).not.toMatch(/secret|\n/);
});
