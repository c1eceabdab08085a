/**
 * An entry of generated/operations.ts, which generic code reads at run time. In the generator `V` is the source text of a
 * validator.
 */
export interface OperationDescriptor<V = Validate> {
  readonly operationId: string;
  /** Lower case. */
  readonly method: string;
  /** A template, such as `/things/{id}`. */
  readonly path: string;
  readonly parameters: ParameterDescriptors<V>;
  readonly body: BodyDescriptor<V> | null;
  /** By status, range (`4XX`) or `default`. */
  readonly responses: Readonly<Record<string, ResponseDescriptor<V>>>;
}

export type ParameterLocation = 'path' | 'query' | 'header' | 'cookie';
export type ParameterDescriptors<V = Validate> = Readonly<
  Record<ParameterLocation, Readonly<Record<string, ParameterDescriptor<V>>>>
>;

export interface ParameterDescriptor<V = Validate> {
  readonly isRequired: boolean;
  /** OpenAPI's style; `json` for a parameter with JSON `content`. */
  readonly style: 'simple' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject' | 'json';
  readonly isExploded: boolean;
  readonly shape: Shape<V>;
  readonly default?: unknown;
  readonly validate: V;
}

export interface BodyDescriptor<V = Validate> {
  readonly isRequired: boolean;
  readonly content: Readonly<Record<string, MediaDescriptor<V>>>;
}

export type MediaDescriptor<V = Validate> =
  | FormDescriptor<V>
  /** `names`: the properties that the contract names, if it is an object. */
  | { readonly kind: 'json'; readonly names: readonly string[]; readonly validate: V | null }
  /** Bytes, or a text without rules. */
  | { readonly kind: 'raw' }
  /** In the contract, but it cannot be checked here: answered 415. */
  | { readonly kind: 'unsupported' };

export interface FormDescriptor<V = Validate> {
  readonly kind: 'multipart' | 'urlencoded';
  /** Fields that the contract does not name are refused; otherwise they are ignored. */
  readonly isClosed: boolean;
  readonly fields: Readonly<Record<string, FileField | ValueField<V>>>;
  /** Validates the whole form, in which a file is any value: required fields, and rules across fields. */
  readonly validate: V;
}

export interface FileField {
  readonly isFile: true;
  readonly isArray: boolean;
  readonly isRequired: boolean;
  /** The content types that the contract allows (`image/*` is a range); empty for any. */
  readonly contentTypes: readonly string[];
  /** `x-text-is-taken`: a part without a filename is a file, too. */
  readonly takesText?: true;
}

export interface ValueField<V = Validate> {
  readonly isFile: false;
  readonly isRequired: boolean;
  readonly shape: Shape<V>;
  /** An array in one text, such as `a,b`. */
  readonly delimiter?: string;
  readonly default?: unknown;
  /** null when several schemas describe the field: the whole form's validator has them. */
  readonly validate: V | null;
}

/** The kinds of values that a schema allows, for reading one from a text. */
export interface Shape<V = Validate> {
  readonly scalars: readonly ('string' | 'integer' | 'number' | 'boolean' | 'null')[];
  /** An array of these. */
  readonly items?: Element<V>;
  /** An object of these. */
  readonly properties?: Readonly<Record<string, Element<V>>>;
  /** What any other key of the object holds. */
  readonly additional?: Element<V>;
  /** It comes as JSON only: its schema contains itself, or its items differ. */
  readonly isJson?: boolean;
}

export interface Element<V = Validate> {
  readonly shape: Shape<V>;
  readonly validate: V | null;
}

export interface ResponseDescriptor<V = Validate> {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, HeaderDescriptor<V>>>;
  /** By media type; null where the body is bytes. */
  readonly content: Readonly<Record<string, V | null>>;
}

export interface HeaderDescriptor<V = Validate> {
  readonly isRequired: boolean;
  readonly validate: V;
}

/** A compiled schema; `errors` are those of its last call. */
export interface Validate {
  (data: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}

export interface ValidationError {
  keyword: string;
  /** A JSON pointer. */
  instancePath: string;
  params: Record<string, unknown>;
  message?: string;
}
