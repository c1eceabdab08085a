import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
// the package's index would load all of Swagger UI in the server
import getAbsoluteFSPath from 'swagger-ui-dist/absolute-path';
import { createAsset } from './assets';
import type { Asset } from './assets';
import { NARROW_CSS, startScript } from './docs-start';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
};

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice: the API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/narrow.css">
<body style="margin:0">
<div id="ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

/** Swagger UI, with every asset from this server. @param asksForKey without keys the page shows no padlocks. */
export async function docsAssets(asksForKey: boolean): Promise<Asset[]> {
  return [
    createAsset('/docs', 'text/html; charset=utf-8', HTML, HEADERS),
    createAsset('/docs/start.js', 'text/javascript; charset=utf-8', startScript(asksForKey), HEADERS),
    createAsset('/docs/narrow.css', 'text/css; charset=utf-8', NARROW_CSS, HEADERS),
    await packaged('swagger-ui.css', 'text/css; charset=utf-8'),
    await packaged('swagger-ui-bundle.js', 'text/javascript; charset=utf-8'),
    await packaged('favicon-32x32.png', 'image/png'),
  ];
}

async function packaged(name: string, type: string): Promise<Asset> {
  return createAsset(`/docs/${name}`, type, await readFile(join(getAbsoluteFSPath(), name)), HEADERS);
}
