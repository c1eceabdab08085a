import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Request } from 'express';
import { answerAsset, createAsset } from './assets';
import type { Answer } from './connection/respond';

export type Home = Awaited<ReturnType<typeof createHome>>;

const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
};

const HINT = { server: 'Sluice', files: 'v1/files', documentation: 'docs', contract: 'openapi.json' };

/**
 * Answers `/`: a browser gets the page for people, which loads `assets`, a program a hint. Without a page, or where it is not
 * built, all get the hint.
 */
export async function createHome(isPageOn: boolean) {
  const folder = isPageOn ? builtFolder() : undefined;
  const hint = createAsset('/', 'application/json; charset=utf-8', `${JSON.stringify(HINT)}\n`);
  const answerHint = (request: Request) => answerAsset(hint, request);
  if (folder === undefined) return { assets: [], hasPage: false, answer: answerHint };
  const built = (name: string, type: string, path = `/web/${name}`) =>
    readFile(join(folder, name)).then((text) => createAsset(path, `${type}; charset=utf-8`, text, PAGE_HEADERS));
  const page = await built('index.html', 'text/html', '/');
  return {
    assets: await Promise.all([built('page.js', 'text/javascript'), built('page.css', 'text/css')]),
    hasPage: true,
    async answer(request: Request): Promise<Answer> {
      // curl accepts anything, and gets the first
      const isBrowser = request.accepts(['application/json', 'text/html']) === 'text/html';
      const answer = await answerAsset(isBrowser ? page : hint, request);
      return { ...answer, headers: { ...answer.headers, vary: 'accept, accept-encoding' } };
    },
  };
}

/** The program runs from dist/src, the tests from src: `npm run build` writes dist/web for both. */
function builtFolder(): string | undefined {
  const folders = [join(__dirname, '../../web'), join(__dirname, '../../dist/web')];
  return folders.find((folder) => existsSync(join(folder, 'page.js')));
}
