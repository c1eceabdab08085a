import { isSeq, parseDocument } from 'yaml';
import { ContractError, openDocument, removable } from '../read/document';
import type { JsonObject } from '../read/document';
import { applyOverlay } from '../read/overlay';
import { actionsAgainst } from '../read/remedies';
import type { Action } from '../read/remedies';
import { parseText } from '../read/text';
import { inspect } from './inspect';
import { findUnsupported } from './unsupported';

interface Suggestion {
  /** What takes all faults away, one after the other. */
  actions: Action[];
  /** What no action takes away. */
  rest: ContractError[];
}

interface SuggestedOverlay {
  /** The overlay; undefined when the document needs none, or no other. */
  text: string | undefined;
  /** What is said about it. */
  lines: string[];
  /** Whether the document can be generated with it. */
  isWhole: boolean;
}

/**
 * An overlay (YAML or JSON) with what a document needs behind its own actions, and without those that do not fit the
 * document. Its comments stay.
 * @throws ContractError for what is no OpenAPI 3 at all.
 */
export async function suggestOverlay(
  published: JsonObject,
  ours: string | undefined,
  name: string,
): Promise<SuggestedOverlay> {
  const lines: string[] = [];
  const unfit: number[] = [];
  const overlay = ours === undefined ? undefined : parseText(ours, name);
  const outcome =
    overlay === undefined
      ? undefined
      : applyOverlay(published, overlay, name, (error, index) => {
          unfit.push(index);
          lines.push(`left out: ${error.message}`);
        });
  const { actions, rest } = await suggestActions(outcome?.document ?? published);
  for (const fault of rest) lines.push(`no action helps: ${fault.message}`);
  const isWhole = rest.length === 0;
  if (actions.length === 0 && unfit.length === 0)
    return { text: undefined, lines: [...lines, 'The document needs no further action.'], isWhole };
  lines.push(actions.length === 1 ? 'One action is added.' : `${actions.length} actions are added.`);
  const document = parseDocument(ours ?? EMPTY_OVERLAY);
  const list = document.get('actions');
  if (!isSeq(list)) throw new ContractError(name, 'has no actions');
  list.flow = false;
  list.items = [
    ...list.items.filter((_item, index) => !unfit.includes(index)),
    ...actions.map((action) => document.createNode(action)),
  ];
  return { text: document.toString({ lineWidth: 0 }), lines, isWhole };
}

const EMPTY_OVERLAY = `overlay: 1.0.0
info:
  title: What the published document needs to be served
  version: '1'
actions: []
`;

/** More than any document needs: behind a fault there is seldom another. */
const MAX_ROUNDS = 20;

/** The actions of an overlay with which a document can be generated. @throws ContractError for what is no OpenAPI 3 at all. */
async function suggestActions(published: JsonObject): Promise<Suggestion> {
  const all: Action[] = [];
  let root = published;
  for (let round = 1; ; round += 1) {
    const faults = await faultsOf(root);
    if (faults.length === 0 || round > MAX_ROUNDS) return { actions: all, rest: faults };
    const actions = actionsAgainst(root, faults);
    if (actions.length === 0) actions.push(...removals(root, faults));
    if (actions.length === 0) return { actions: all, rest: faults };
    const { document } = applyOverlay(root, { overlay: '1.0.0', actions });
    all.push(...actions);
    root = document;
  }
}

async function faultsOf(root: JsonObject): Promise<ContractError[]> {
  const found: ContractError[] = [];
  const document = openDocument(
    root,
    () => undefined,
    (fault) => found.push(fault),
  );
  return [...found, ...(await inspect(document)).faults];
}

/** Where there is nothing to mend, the operation goes, or the component. */
function removals(root: JsonObject, faults: readonly ContractError[]): Action[] {
  const document = openDocument(root);
  const operations = findUnsupported(document, faults).map(({ pointer, because }) =>
    removable(pointer, because.message),
  );
  const components = faults.flatMap(({ pointer, message }) => {
    const component = /^#\/components\/[^/]+\/[^/]+/.exec(pointer)?.[0];
    return component === undefined ? [] : [removable(component, message)];
  });
  return actionsAgainst(root, operations.length > 0 ? operations : components);
}
