import { isObject, itemsOf } from '../read/document';
import type { JsonObject, OpenApiDocument, Place } from '../read/document';
import { basePathOf } from '../generate/operations';
import type { AddAt } from './changes';
import { show } from './json';
import type { Contracts, OperationPair, OperationPlace } from './places';

/** Under which paths the servers have an operation, and what clients put into their URLs. */
export function compareServers({ before, after }: Contracts, { old, now }: OperationPair, addAt: AddAt): void {
  const [olds, news] = [serversOf(before, old), serversOf(after, now)];
  const [was, is] = [olds, news].map((servers) => new Set(servers.map(({ url }) => basePathOf(url))));
  for (const base of was ?? [])
    if (!is?.has(base)) addAt('servers', `no server has it under ${base || '/'} any more`, 'clients call it there');
  for (const base of is ?? []) if (!was?.has(base)) addAt('servers', `a server has it under ${base || '/'}`);
  for (const server of olds) {
    const same = news.find(({ template }) => template === server.template);
    if (same) compareVariables(server, same, addAt);
    else if (server.origin !== '' && news.every(({ origin }) => origin !== server.origin))
      addAt(
        'servers',
        `the server ${server.origin} is no longer named`,
        'clients that call it there may find nothing',
        'look',
      );
  }
}

interface Server {
  template: string;
  /** With the defaults of its variables. */
  url: string;
  origin: string;
  variables: ReadonlyMap<string, JsonObject>;
}

/** Without servers it is the root. */
function serversOf({ root }: OpenApiDocument, { place, pathItem }: OperationPlace): Server[] {
  const owners: Place[] = [place, pathItem, { pointer: '#', node: root }];
  const servers = owners.map((owner) => itemsOf(owner, 'servers')).find((list) => list.length > 0) ?? [];
  return servers.length === 0 ? [readServer({})] : servers.map(({ node }) => readServer(isObject(node) ? node : {}));
}

function readServer({ url, variables }: JsonObject): Server {
  const template = typeof url === 'string' ? url : '';
  const known = new Map(
    Object.entries(isObject(variables) ? variables : {}).flatMap(([name, value]) =>
      isObject(value) ? [[name, value] as const] : [],
    ),
  );
  const full = template.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) => {
    const value = known.get(name)?.['default'];
    return typeof value === 'string' ? value : whole;
  });
  return { template, url: full, origin: originOf(full), variables: known };
}

/** `http://host`, without the port that everyone means. */
function originOf(url: string): string {
  const origin = /^[^/]*\/\/[^/]+/.exec(url)?.[0].toLowerCase() ?? '';
  return origin.replace(origin.startsWith('https:') ? /:443$/ : /:80$/, '');
}

function compareVariables({ variables: olds }: Server, { variables: news }: Server, addAt: AddAt): void {
  for (const [name, old] of olds) {
    const now = news.get(name);
    if (!now) continue;
    const label = `servers {${name}}`;
    if (old['default'] !== now['default'])
      addAt(
        label,
        `the default ${show(old['default'])} became ${show(now['default'])}`,
        'clients that leave it to the default reach another place',
      );
    const [was, is] = [old['enum'], now['enum']].map((values) => (Array.isArray(values) ? values : undefined));
    for (const value of was ?? [])
      if (is && !is.includes(value))
        addAt(label, `the value ${show(value)} was removed`, 'clients that chose it find nothing');
    for (const value of is ?? []) if (was && !was.includes(value)) addAt(label, `the value ${show(value)} was added`);
    if (!was && is) addAt(label, 'the list of its values was added', 'clients may have chosen another', 'look');
  }
}
