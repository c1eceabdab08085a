import type { Readable } from 'node:stream';

/**
 * `Reply` where it has nothing that `Documented` lacks, at any depth; otherwise a type that no value has, whose name says
 * what is not documented. TypeScript by itself refuses such fields only in literals, not those of a helper or a spread.
 */
export type Exactly<Where extends string, Documented, Reply> =
  Undocumented<Where, Documented, Reply> extends infer Found
    ? [Found] extends [never]
      ? Reply
      : Reply & Found
    : never;

type Undocumented<Where extends string, Documented, Reply> =
  IsSame<Documented, Reply> extends true ? never : Inside<Where, Match<Documented, Reply>, Reply>;

type Inside<Where extends string, Documented, Reply> = Reply extends Whole
  ? never
  : Reply extends readonly (infer Item)[]
    ? Undocumented<Where, ItemsOf<Documented>, Item>
    : {
        [Name in keyof Reply & string]: Name extends KeysOf<Documented>
          ? Undocumented<`${Where}.${Name}`, ValueOf<Documented, Name>, Reply[Name]>
          : Reply[Name] extends undefined
            ? never
            : `${Where}.${Name} is not documented`;
      }[keyof Reply & string];

/** Of the documented alternatives those that the reply can be. */
type Match<Documented, Reply> = Documented extends unknown ? (Reply extends Documented ? Documented : never) : never;
type ItemsOf<Documented> = Documented extends readonly (infer Item)[] ? Item : never;
type KeysOf<Documented> = Documented extends unknown ? keyof Documented : never;
type ValueOf<Documented, Name> = Documented extends unknown
  ? Name extends keyof Documented
    ? Documented[Name]
    : never
  : never;
/** Ends the search in a schema that contains itself. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** What is not looked into. */
type Whole = string | number | boolean | null | undefined | Buffer | Readable;
