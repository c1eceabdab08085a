import { child, resolve } from '../read/document';
import type { OpenApiDocument, Place } from '../read/document';
import { createAdd } from './changes';
import type { Add, AddAt, Difference, Side } from './changes';
import { compareContent } from './compare-content';
import { compareParameters } from './compare-parameters';
import { compareResponses } from './compare-responses';
import { flag, valueOf } from './places';
import type { Contracts, OperationPair } from './places';
import { compareDeprecation } from './sunset';

/** What changed of one operation, and on which side of it. */
export type SidedDifference = Difference & { side: Side | 'operation' };

/** What is the same for an operation, a webhook and a callback: parameters, bodies, answers and deprecation. */
export function compareMessages(contracts: Contracts, pair: OperationPair): SidedDifference[] {
  const found: SidedDifference[] = [];
  const addAll = (side: SidedDifference['side'], differences: Difference[]) =>
    void found.push(...differences.map((difference) => withSide(difference, side)));
  const { old, now, isToClient } = pair;
  compareDeprecation(old.place, now.place, addTo('operation'));
  compareParameters(contracts, pair, addAll);
  compareBodies();
  compareResponses(contracts, pair, addAll);
  return found;

  function addTo(label: string): Add {
    return (...change) => {
      const differences: Difference[] = [];
      createAdd(differences, label)(...change);
      addAll('operation', differences);
    };
  }

  function compareBodies(): void {
    const [was, is] = [bodyOf(contracts.before, old.place), bodyOf(contracts.after, now.place)];
    const add = addTo('body');
    if (!was && !is) return;
    const isRequired = is !== undefined && flag(is, 'required');
    const why = isToClient ? undefined : 'requests without it are refused';
    if (!was) return add(`was added, ${isRequired ? 'required' : 'optional'}`, isRequired ? why : undefined);
    if (!is)
      return add('was removed', isToClient ? 'clients that read it find nothing' : 'what requests say in it is lost');
    if (flag(was, 'required') !== isRequired) {
      const isLost = isToClient && !isRequired ? 'it can be lacking' : undefined;
      add(`is ${isRequired ? 'now' : 'no longer'} required`, isRequired ? why : isLost);
    }
    const side = isToClient ? 'answer' : 'request';
    addAll(side, compareContent(contracts, was, is, side, 'body'));
  }
}

export function createAddAt(found: SidedDifference[]): AddAt {
  return (label, ...change) => {
    const differences: Difference[] = [];
    createAdd(differences, label)(...change);
    found.push(...differences.map((difference) => withSide(difference, 'operation')));
  };
}

function withSide(difference: Difference, side: SidedDifference['side']): SidedDifference {
  return Object.assign({ side }, difference);
}

function bodyOf(document: OpenApiDocument, place: Place): Place | undefined {
  return valueOf(place, 'requestBody') === undefined ? undefined : resolve(document, child(place, 'requestBody'));
}
