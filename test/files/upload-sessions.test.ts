import { createUploadSessions } from '../../src/files/upload-sessions';
import { createAccountant } from '../../src/shares/accountant';

type Arguments = Parameters<typeof createUploadSessions>;

test('an upload in parts whose client leaves while it waits for its turn is not made', async () => {
  const { transactions, removals, completions } = createAccountant({ maxUploads: 1, maxBufferBytes: 1 });
  const create = jest.fn();
  const sessions = createUploadSessions(
    { uploads: { create } } as unknown as Arguments[0],
    { uploads: { checkRoom: async () => undefined } } as unknown as Arguments[1],
    { maxUploadBytes: 10, sessionSeconds: 60, transactions, removals, completions } as Arguments[2],
    () => 0,
  );
  const held = [await transactions.take('acme'), await transactions.take('acme')];
  const client = new AbortController();
  const properties = { filename: 'a', purpose: 'user_data', bytes: 1, mimeType: 'text/plain' };
  const made = sessions.create('acme', properties, client.signal);
  client.abort(new Error('the client left'));
  await expect(made).rejects.toThrow('the client left');
  for (const share of held) share.release();
  expect(create).not.toHaveBeenCalled();
});
