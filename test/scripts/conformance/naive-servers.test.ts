import { join } from 'node:path';
import { readDocumentFile } from '../../../scripts/contract/read/text';
import { printResult } from '../../../scripts/conformance/report';
import { runConformance } from '../../../scripts/conformance/run';
import type { ConformanceReport } from '../../../scripts/conformance/run';
import { startCarelessServer, startManglingServer } from './naive-servers';

const document = readDocumentFile(join(__dirname, '../../../openapi.json'));

const conform = (url: string) => runConformance({ url, document, runs: 15, seed: 1 });
const failedNames = ({ results }: ConformanceReport) =>
  results.filter(({ outcome }) => outcome === 'failed').map(({ operation, name }) => `${operation}: ${name}`);

describe('a careless server', () => {
  let report: ConformanceReport;
  let left: number;
  beforeAll(async () => {
    const server = await startCarelessServer();
    report = await conform(server.url);
    left = server.count();
    await server.close();
  });

  test.each([
    "POST /v1/files: an upload without 'purpose' is refused",
    "POST /v1/files: an upload without 'file' is refused",
    "POST /v1/files: 'purpose' refuses every value that the schema forbids",
    "POST /v1/files: 'expires_after' in brackets takes every value that the schema allows",
    "POST /v1/files: 'expires_after' in brackets refuses every value that the schema forbids",
    "POST /v1/files: 'expires_after' as a part of JSON refuses every value that the schema forbids",
    'POST /v1/files: without expires_after only batch files expire, after 30 days',
    'POST /v1/files: a refused upload stores nothing',
    'POST /v1/files: a body that is no form is refused',
    'GET /v1/files/{file_id}: an id that no file has is 404',
    'GET /v1/files/{file_id}/content: an id that no file has is 404',
    'GET /v1/files/{file_id}: each answer 200 is as documented',
    'DELETE /v1/files/{file_id}: a deletion names the file and says that it is deleted',
    'DELETE /v1/files/{file_id}: what is deleted is gone at once, everywhere',
    'DELETE /v1/files/{file_id}: each answer 200 is as documented',
    "GET /v1/files: 'limit' refuses every value that the schema forbids",
  ])('is caught: %s', (name) => {
    expect(failedNames(report)).toContain(name);
  });

  test('passes what it does right', () => {
    expect(failedNames(report)).not.toContain(
      'GET /v1/files/{file_id}/content: the content is what was sent, byte for byte',
    );
    expect(failedNames(report)).not.toContain("POST /v1/files: 'purpose' takes every value that the schema allows");
  });

  test('is left as it was found', () => {
    expect(left).toBe(0);
  });
});

describe('a server that mangles', () => {
  let report: ConformanceReport;
  beforeAll(async () => {
    const server = await startManglingServer();
    report = await conform(server.url);
    await server.close();
  });

  test.each([
    'GET /v1/files/{file_id}/content: the content is what was sent, byte for byte',
    'POST /v1/files: any name and any content, in any order and any packets, come back as they were',
    'POST /v1/files: the file object has the name, the size and the time of the upload',
    'POST /v1/files: each answer 200 is as documented',
    'GET /v1/files: each answer 200 is as documented',
    'GET /v1/files: asc is oldest first, desc is newest first, and each is the other reversed',
    'GET /v1/files: a walk with limit and after meets every file once, and has_more is true until the end',
  ])('is caught: %s', (name) => {
    expect(failedNames(report)).toContain(name);
  });

  test('is told what was asked, what was expected and what came', () => {
    const result = report.results.find(({ name }) => name.startsWith('a walk with limit'));
    expect(result && printResult(result)).toMatch(
      /FAIL {2}GET \/v1\/files: a walk [^]*request {3}GET \/v1\/files\?order=asc&after=file-\S+&limit=1\n +expected {2}has_more true\n +got {7}has_more false/,
    );
    const schema = report.results.find(
      ({ name, operation }) => operation === 'POST /v1/files' && name.startsWith('each answer 200'),
    );
    expect(schema?.findings[0]?.got).toContain("must have required property 'expires_at'");
  });

  test('passes what it does right', () => {
    const failed = failedNames(report);
    expect(failed).not.toContain("POST /v1/files: 'purpose' refuses every value that the schema forbids");
    expect(failed).not.toContain("GET /v1/files: 'purpose' in the query lists the files that have it, and no others");
    expect(failed).not.toContain('DELETE /v1/files/{file_id}: what is deleted is gone at once, everywhere');
  });
});
