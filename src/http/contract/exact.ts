import type { Readable } from 'node:stream';

/**
 * `Answer` where it has nothing that `Documented` lacks, at any depth; otherwise a type that no value has, whose name says
 * what is not documented. TypeScript by itself refuses such fields only in literals, not those of a helper or a spread.
 */
export type Exactly<Where extends string, Documented, Answer> =
  Undocumented<Where, Documented, Answer> extends infer Found
    ? [Found] extends [never]
      ? Answer
      : Answer & Found
    : never;

type Undocumented<Where extends string, Documented, Answer> =
  IsSame<Documented, Answer> extends true ? never : Inside<Where, Match<Documented, Answer>, Answer>;

type Inside<Where extends string, Documented, Answer> = Answer extends Whole
  ? never
  : Answer extends readonly (infer Item)[]
    ? Undocumented<Where, ItemsOf<Documented>, Item>
    : {
        [Name in keyof Answer & string]: Name extends KeysOf<Documented>
          ? Undocumented<`${Where}.${Name}`, ValueOf<Documented, Name>, Answer[Name]>
          : Answer[Name] extends undefined
            ? never
            : `${Where}.${Name} is not documented`;
      }[keyof Answer & string];

/** Of the documented alternatives those that the answer can be. */
type Match<Documented, Answer> = Documented extends unknown ? (Answer extends Documented ? Documented : never) : never;
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
