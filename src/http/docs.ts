import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
// its index would run the whole of Swagger UI in the server
import getAbsoluteFSPath from 'swagger-ui-dist/absolute-path';
import { createAsset } from './assets';
import type { Asset } from './assets';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice: the contract</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<body style="margin:0">
<div id="ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

/**
 * Swagger UI fills an optional object of a form with an example, and sends it: whoever tries an upload out would find
 * the file expired an hour later. Here it stays empty, and is sent only once something was typed.
 */
const START = `function leaveOptionalFieldsEmpty({ React }) {
  return {
    wrapComponents: {
      JsonSchemaForm: (Original) => (props) => {
        const [isTouched, setIsTouched] = React.useState(false);
        if (props.required || !props.dispatchInitialValue) return React.createElement(Original, props);
        const onChange = (...change) => {
          setIsTouched(true);
          props.onChange(...change);
        };
        const value = isTouched ? props.value : '';
        return React.createElement(Original, { ...props, value, onChange, dispatchInitialValue: false });
      },
      // it is checked from the start, and an empty object is no value of any form
      ParameterIncludeEmpty: (Original) => (props) =>
        props.isIncludedOptions && props.isIncludedOptions.key ? null : React.createElement(Original, props),
    },
  };
}

SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#ui',
  validatorUrl: null,
  tryItOutEnabled: true,
  deepLinking: true,
  displayRequestDuration: true,
  plugins: [leaveOptionalFieldsEmpty],
});
`;

/** Swagger UI, every asset from this server; nothing is loaded from or told to anyone else. */
export function docsAssets(): Promise<Asset[]> {
  return Promise.all([
    createAsset('/docs', 'text/html; charset=utf-8', HTML, HEADERS),
    createAsset('/docs/start.js', 'text/javascript; charset=utf-8', START, HEADERS),
    packaged('swagger-ui.css', 'text/css; charset=utf-8'),
    packaged('swagger-ui-bundle.js', 'text/javascript; charset=utf-8'),
    packaged('favicon-32x32.png', 'image/png'),
  ]);
}

async function packaged(name: string, type: string): Promise<Asset> {
  return createAsset(`/docs/${name}`, type, await readFile(join(getAbsoluteFSPath(), name)), HEADERS);
}
