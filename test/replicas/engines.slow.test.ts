import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDeployment } from '../../scripts/soak/deployment';
import { PART_ORDERS, contentOf, uploadForm } from '../support/form-upload';
import { runReplicas } from '../../scripts/soak/replicas';
import { startServerProcess } from '../support/server-process';
import { startPostgres, postgresAvailability } from '../engines/postgres';
import type { TestPostgres } from '../engines/postgres';
import { describeWithS3, ownS3Availability, startOwnS3, startS3 } from '../engines/s3';
import type { TestS3 } from '../engines/s3';
import { describeWhere, missingTool } from '../storage/describe-where';
import { describeCorpus } from '../hostile/corpus-suite';
import { createClient } from '../support/client';
import { startTestServer } from '../support/server';
import { until } from '../support/until';
import { NO_WRITE_PERMISSION, READ_ONLY_MOUNTS, noReadOnlyMounts } from '../syscalls/read-only';
import { filesOpenedForWriting, parseTrace } from '../syscalls/trace';
import { describeFaults } from './fault-suite';
import { describeParts } from './parts-suite';

/** `npm run soak -- --only replicas` runs ten minutes of it. */
const SECONDS = Number(process.env['REPLICAS_SECONDS'] ?? 4);
const KILLS = Math.max(1, Math.round(SECONDS / 8));
const noPostgres = postgresAvailability();
const ownS3 = ownS3Availability();
const noStrace = missingTool('strace', '-f', '-D', '-o', '/dev/null', 'true');

// One file, since both engines take long to start.
describeWithS3('on S3 and Postgres', () => {
  describeWhere(noPostgres.isAvailable ? undefined : noPostgres.reason, 'together', () => {
    let s3: TestS3;
    let postgres: TestPostgres;
    beforeAll(async () => {
      [s3, postgres] = await Promise.all([startS3(), startPostgres()]);
    }, 120_000);
    afterAll(() => Promise.all([s3?.remove(), postgres?.remove()]));

    const newEngines = async () => ({
      databaseUrl: await postgres.createDatabase(),
      storageUrl: `s3://${await s3.createBucket()}/files?endpoint=${s3.endpoint}`,
    });

    test(
      `three replicas behind a round-robin are one server, for ${SECONDS} s with ${KILLS} killed in mid-upload`,
      async () => {
        const seed = Date.now() % 1_000_000;
        const options = { replicas: 3, clients: 6, seconds: SECONDS, kills: KILLS, seed };
        const report = await runReplicas({ ...(await newEngines()), ...options });
        expect(report).toMatchObject({ kills: KILLS, unfinishedSeen: KILLS, violations: [] });
        expect(report.expired).toBeGreaterThan(0);
      },
      60_000 + 2000 * SECONDS,
    );

    describe('the parts of one upload', () => {
      describeParts(newEngines);
    });

    describe('a server that can write nowhere', () => {
      test('takes an upload of several parts without any permission to write', async () => {
        await expectUpload({ nodeArguments: NO_WRITE_PERMISSION });
      });

      describeWhere(noReadOnlyMounts, 'with read-only mounts', () => {
        test('takes an upload of several parts', async () => {
          await expectUpload({ wrapper: READ_ONLY_MOUNTS });
        });
      });

      describeWhere(noStrace, 'in a trace', () => {
        test('opens no file for writing', async () => {
          const folder = await mkdtemp(join(tmpdir(), 'sluice-no-disk-'));
          const path = join(folder, 'trace');
          const calls = 'trace=open,openat,openat2,creat';
          const wrapper = ['strace', '-D', '-f', '--seccomp-bpf', '-y', '-o', path, '-e', calls, '-e', 'signal=none'];
          await expectUpload({ wrapper });
          await until(
            async () => (await readFile(path, 'utf8')).includes('+++ exited with 0 +++'),
            'the trace is whole',
          );
          const trace = parseTrace(await readFile(path, 'utf8'));
          expect(trace.length).toBeGreaterThan(100);
          expect(filesOpenedForWriting(trace)).toEqual([]);
          await rm(folder, { recursive: true });
        });
      });
    });

    describe('with faults', () => {
      describeWhere(ownS3.isAvailable ? undefined : ownS3.reason, 'of engines that are ours to break', () => {
        let dying: TestS3;
        beforeAll(async () => {
          dying = process.env['S3_TEST_ENDPOINT'] === undefined ? s3 : await startOwnS3();
        }, 120_000);
        afterAll(() => (dying === s3 ? undefined : dying?.remove()));
        describeFaults(() => ({ s3: dying, postgres }));
      });
    });

    describeCorpus('Postgres and S3', async () => {
      const engines = await newEngines();
      const urls = { DATABASE_URL: engines.databaseUrl, STORAGE_URL: engines.storageUrl };
      const env = { ...urls, UPLOAD_LEASE_SECONDS: '2' };
      const [started, deployment] = await Promise.all([startTestServer({ env }), openDeployment(engines)]);
      const server = {
        ...started,
        async close() {
          await Promise.all([started.close(), deployment.close()]);
        },
      };
      const stored = async () => (await deployment.stored()).length;
      return { server, stored, writing: async () => (await deployment.states())['writing'] ?? 0 };
    });

    async function expectUpload(options: { nodeArguments?: readonly string[]; wrapper?: readonly string[] }) {
      const engines = await newEngines();
      const env = { DATABASE_URL: engines.databaseUrl, STORAGE_URL: engines.storageUrl };
      const server = await startServerProcess({ folder: '/nonexistent', env, ...options });
      const bytes = 20 * 1024 * 1024;
      const upload = { filename: 'data', content: contentOf(1, bytes), bytes, order: PART_ORDERS[0], isChunked: true };
      const { status, json } = await uploadForm(server.url, upload);
      expect(status).toBe(200);
      const content = await createClient(server.url).content(json?.id ?? '');
      expect(content.bytes.equals(Buffer.concat([...contentOf(1, bytes)]))).toBe(true);
      const deployment = await openDeployment(engines);
      await deployment.toBeExact();
      await deployment.close();
      await server.end();
    }
  });
});
