import type { Readable } from 'node:stream';
import type { operations as Descriptors } from '../../../generated/operations';
import type { operations as Operations } from '../../../generated/types';
import { AppError } from '../../errors';
import type { FilePart } from '../multipart/read-parts';

/** The operations of the contract, by operationId. */
export type OperationId = keyof Operations & keyof typeof Descriptors;
/** What the handler of an operation is given. */
export type Call<Id extends OperationId> = CallOf<Operations[Id], (typeof Descriptors)[Id]>;
/** What it may answer. Errors are not answered but thrown, as AppErrors. */
export type Reply<Id extends OperationId> = ReplyOf<Operations[Id]>;
/** One handler for each operation: the compiler finds a missing one, a stale one, and an answer that is not documented. */
export type Handlers = { [Id in OperationId]: (call: Call<Id>) => Promise<Reply<Id>> };

/** The handler of an operation that is in the contract and not served yet. */
export async function notImplemented(): Promise<never> {
  throw new AppError('not_implemented', 'This operation is part of the API, but this server does not serve it yet.');
}

/** `Operation` is an entry of openapi-typescript's `operations`, `Descriptor` the entry of generated/operations.ts beside it. */
export type CallOf<Operation, Descriptor> = {
  tenant: string;
  /** The parameters of the path, decoded and valid. */
  params: Decoded<ParametersOf<Operation, 'path'>, DescribedIn<Descriptor, 'path'>>;
  /** The parameters of the query, decoded and valid, with the defaults of the contract. */
  query: Decoded<ParametersOf<Operation, 'query'>, DescribedIn<Descriptor, 'query'>>;
  /** The header parameters of the contract, under the names that it gives them. */
  headers: Decoded<ParametersOf<Operation, 'header'>, DescribedIn<Descriptor, 'header'>>;
  cookies: Decoded<ParametersOf<Operation, 'cookie'>, DescribedIn<Descriptor, 'cookie'>>;
  /** Any other header of the request. */
  header(name: string): string | undefined;
  method: string;
  /** Aborted when the client is gone, stalls, or the server stops. */
  signal: AbortSignal;
} & FormReader<Operation, Descriptor> &
  JsonReader<Operation>;

type FormReader<Operation, Descriptor> =
  BodyOf<Operation> extends { 'multipart/form-data': infer Form }
    ? {
        /**
         * Reads the form as it streams by. Each file goes to the sink of its field, which must read `part.bytes` to
         * its end; what the sink resolves to stands for the file in the result.
         *
         * @throws AppError `invalid` when a field is wrong, twice or missing, as soon as that is known.
         */
        readForm<S extends Sinks<FieldsOf<Descriptor>>>(
          sinks: S,
        ): Promise<FormValues<InRequest<Form>, FieldsOf<Descriptor>, S>>;
      }
    : unknown;

type JsonReader<Operation> =
  BodyOf<Operation> extends { 'application/json': infer Body }
    ? {
        /** @throws AppError `invalid` */
        readJson(): Promise<InRequest<Body>>;
      }
    : unknown;

export type Sink<T> = (part: FilePart) => Promise<T>;
type Sinks<Fields> = { [Name in FileNames<Fields>]: Sink<unknown> };

type FileNames<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends { isFile: true } ? Name : never;
}[keyof Fields];

/** A field with a default is never absent. */
export type FormValues<Form, Fields, S> = {
  [Name in keyof Form as Name extends Defaulted<Fields> ? never : Name]: FieldValue<Name, Form[Name], Fields, S>;
} & { [Name in keyof Form & Defaulted<Fields>]-?: Exclude<Form[Name], null | undefined> };
type FieldValue<Name, Value, Fields, S> = Name extends FileNames<Fields> & keyof S
  ? Fields[Name] extends { isArray: true }
    ? Stored<S[Name]>[]
    : Stored<S[Name]>
  : Value;
type Stored<S> = S extends (part: FilePart) => Promise<infer T> ? T : never;

type FieldsOf<Descriptor> = Descriptor extends {
  body: { content: { 'multipart/form-data': { fields: infer Fields } } };
}
  ? Fields
  : never;
type BodyOf<Operation> = Operation extends { requestBody?: infer Body }
  ? NonNullable<Body> extends { content: infer Content }
    ? Content
    : never
  : never;
type ParametersOf<Operation, Location extends string> = Operation extends { parameters: infer All }
  ? Location extends keyof All
    ? NonNullable<All[Location]>
    : never
  : never;
type DescribedIn<Descriptor, Location extends string> = Descriptor extends { parameters: Record<Location, infer All> }
  ? All
  : never;

/** A text is never null: absence is. A parameter with a default is never absent. */
type Decoded<Values, Described> = [Values] extends [never]
  ? object
  : {
      [Name in keyof Values as Name extends Defaulted<Described> ? never : Name]: Exclude<Values[Name], null>;
    } & { [Name in keyof Values & Defaulted<Described>]-?: Exclude<Values[Name], null | undefined> };
type Defaulted<Described> = {
  [Name in keyof Described]: Described[Name] extends { default: unknown } ? Name : never;
}[keyof Described];

/** A union over the documented statuses that are no errors. */
export type ReplyOf<Operation> = Operation extends { responses: infer Responses }
  ? { [Status in SuccessOf<Responses>]: ReplyFor<StatusNumber<Status>, Responses[Status]> }[SuccessOf<Responses>]
  : never;

type SuccessOf<Responses> = keyof {
  [
    Status in keyof Responses as Status extends number | string
      ? `${Status}` extends `${1 | 2 | 3}${string}`
        ? Status
        : never
      : never
  ]: never;
} extends infer Found
  ? [Found] extends [never]
    ? Extract<'default', keyof Responses>
    : Found & keyof Responses
  : never;
type StatusNumber<Status> = Status extends number
  ? Status
  : Status extends '2XX'
    ? 200 | 201 | 202 | 203 | 204 | 206
    : number;

type ReplyFor<Status, Response> = Response extends { content: infer Content }
  ? { [Type in keyof Content]: WithBody<Status, Response, Type, Content[Type], IsUnion<keyof Content>> }[keyof Content]
  : { status: Status; body?: undefined } & WithHeaders<Response>;

type WithBody<Status, Response, Type, Body, IsOneOfMany> = {
  status: Status;
  /** Bytes go out as they come; anything else as JSON. */
  body: Type extends `${string}/json` | `${string}+json` ? InAnswer<Body> | JsonStream<InAnswer<Body>> : Bytes;
} & WithHeaders<Response> &
  (IsOneOfMany extends true ? { contentType: Type } : { contentType?: Type });

/** The JSON text of a `T` that is too long to be held: whoever makes it vouches for it. */
export type JsonStream<T> = Readable & { readonly isJsonOf?: T };

export type Bytes = Readable | Buffer | string;

/** The documented headers, all optional: those that every answer has are written elsewhere. */
type WithHeaders<Response> = Response extends { headers: infer Headers }
  ? { headers?: { [Name in keyof Headers as string extends Name ? never : Name]?: string | number } }
  : unknown;

/** openapi-typescript wraps what only answers have in `$Read` and what only requests have in `$Write`. */
type InRequest<T> = T extends { readonly $write: infer Inner }
  ? InRequest<Inner>
  : T extends Blob
    ? T
    : T extends (infer Item)[]
      ? InRequest<Item>[]
      : T extends object
        ? { [K in keyof T as NonNullable<T[K]> extends { readonly $read: unknown } ? never : K]: InRequest<T[K]> }
        : T;
type InAnswer<T> = T extends { readonly $read: infer Inner }
  ? InAnswer<Inner>
  : T extends (infer Item)[]
    ? InAnswer<Item>[]
    : T extends object
      ? { [K in keyof T as NonNullable<T[K]> extends { readonly $write: unknown } ? never : K]: InAnswer<T[K]> }
      : T;

type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never;

/** An entry of generated/operations.ts: what generic code reads at run time. */
export interface OperationDescriptor {
  readonly operationId: string;
  /** Lower case. */
  readonly method: string;
  /** A template, such as `/things/{id}`. */
  readonly path: string;
  readonly parameters: ParameterDescriptors;
  readonly body: BodyDescriptor | null;
  /** By status, range (`4XX`) or `default`. */
  readonly responses: Readonly<Record<string, ResponseDescriptor>>;
}

export type ParameterLocation = 'path' | 'query' | 'header' | 'cookie';
export type ParameterDescriptors = Readonly<Record<ParameterLocation, Readonly<Record<string, ParameterDescriptor>>>>;

export interface ParameterDescriptor {
  readonly isRequired: boolean;
  /** OpenAPI's style; `json` for a parameter with JSON `content`. */
  readonly style: 'simple' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject' | 'json';
  readonly isExploded: boolean;
  readonly shape: Shape;
  readonly default?: unknown;
  readonly validate: Validate;
}

export interface BodyDescriptor {
  readonly isRequired: boolean;
  readonly content: Readonly<Record<string, MediaDescriptor>>;
}

export type MediaDescriptor =
  | FormDescriptor
  | { readonly kind: 'json'; readonly validate: Validate | null }
  /** Bytes, or a text without rules. */
  | { readonly kind: 'raw' }
  /** In the contract, but its checks cannot be made: answered 415. */
  | { readonly kind: 'unsupported' };

export interface FormDescriptor {
  readonly kind: 'multipart' | 'urlencoded';
  /** True when the contract refuses fields that it does not name; otherwise they are ignored. */
  readonly isClosed: boolean;
  readonly fields: Readonly<Record<string, FileField | ValueField>>;
  /** The whole form, in which a file is anything: what must be there, and rules across fields. */
  readonly validate: Validate;
}

export interface FileField {
  readonly isFile: true;
  readonly isArray: boolean;
  readonly isRequired: boolean;
  /** The content types that the contract allows (`image/*` is a range); empty for any. */
  readonly contentTypes: readonly string[];
}

export interface ValueField {
  readonly isFile: false;
  readonly isRequired: boolean;
  readonly shape: Shape;
  /** An array in one text, such as `a,b`. */
  readonly delimiter?: string;
  readonly default?: unknown;
  /** null when several schemas describe the field: the whole form's validator has them. */
  readonly validate: Validate | null;
}

/** How a text becomes a value: the forms that its schema allows. */
export interface Shape {
  readonly scalars: readonly ('string' | 'integer' | 'number' | 'boolean' | 'null')[];
  /** An array of these. */
  readonly items?: Element;
  /** An object of these. */
  readonly properties?: Readonly<Record<string, Element>>;
  /** What any other key of the object holds. */
  readonly additional?: Element;
  /** Only JSON text can hold it: the schema contains itself, or its items differ. */
  readonly isJson?: boolean;
}

export interface Element {
  readonly shape: Shape;
  readonly validate: Validate | null;
}

export interface ResponseDescriptor {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, Validate>>;
  /** By media type; null where the body is bytes. */
  readonly content: Readonly<Record<string, Validate | null>>;
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
