import type { Contract, OperationSpec } from './contract';
import { fieldsOf } from './form';
import type { Field } from './form';

/** A store of files, told by the shape of its operations and not by their names. */
export interface FilesApi {
  /** A POST of a form with one file, */
  upload: OperationSpec;
  form: Field[];
  fileField: Field;
  /** the GET of the same path, */
  list: OperationSpec | undefined;
  /** GET and DELETE one level below, where the path has a parameter, */
  get: OperationSpec | undefined;
  remove: OperationSpec | undefined;
  idName: string;
  /** and what answers bytes below that. */
  content: OperationSpec | undefined;
  head: OperationSpec | undefined;
}

export function filesApiOf({ operations }: Contract): FilesApi | undefined {
  for (const upload of operations) {
    const form = upload.form ? fieldsOf(upload.form) : [];
    const [fileField, ...others] = form.filter(({ isFile }) => isFile);
    if (upload.method !== 'POST' || !fileField || others.length > 0) continue;
    const at = (method: string, path: RegExp, answersBytes = false) =>
      operations.find(
        (operation) =>
          operation.method === method &&
          operation.path.startsWith(upload.path) &&
          path.test(operation.path.slice(upload.path.length)) &&
          (!answersBytes || answersNoJson(operation)),
      );
    const item = at('GET', /^\/\{[^}]+\}$/);
    const content = at('GET', /^\/\{[^}]+\}\/[^{}]+$/, true);
    const head = operations.find(({ method, path }) => method === 'HEAD' && path === content?.path);
    return {
      upload,
      form,
      fileField,
      list: operations.find(({ method, path }) => method === 'GET' && path === upload.path),
      get: item,
      remove: at('DELETE', /^\/\{[^}]+\}$/),
      idName: /\{([^}]+)\}/.exec(item?.path ?? '')?.[1] ?? 'id',
      content,
      head,
    };
  }
  return undefined;
}

function answersNoJson({ responses }: OperationSpec): boolean {
  const types = [...(responses.get('200')?.content.keys() ?? [])];
  return types.length > 0 && !types.some((type) => type.includes('json'));
}
