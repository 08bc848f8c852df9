// Tree of CESQL: reads an expression by the grammar of the CloudEvents specification, bounded in terms and depth.
import type { GatewayError } from '../../core/errors.ts';
import { MOST_DEPTH, refuseFilter, type Terms } from './refuse.ts';
import { signatureOf } from './sql-functions.ts';
import { LEAST_INTEGER, MOST_INTEGER } from './sql-values.ts';
import { type Token, wordsOf } from './sql-words.ts';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '*' | '/' | '%' | '+' | '-';
export type Logic = 'AND' | 'OR' | 'XOR';

export type Tree =
  | { readonly is: 'literal'; readonly value: boolean | number | string }
  | { readonly is: 'attribute' | 'exists'; readonly name: string }
  | { readonly is: 'not' | 'minus'; readonly of: Tree }
  | { readonly is: 'like'; readonly of: Tree; readonly pattern: string; readonly negated: boolean }
  | { readonly is: 'in'; readonly of: Tree; readonly set: readonly Tree[]; readonly negated: boolean }
  | { readonly is: 'compare'; readonly by: Comparison; readonly left: Tree; readonly right: Tree }
  | { readonly is: 'reckon'; readonly by: Arithmetic; readonly left: Tree; readonly right: Tree }
  | { readonly is: 'logic'; readonly by: Logic; readonly left: Tree; readonly right: Tree }
  | { readonly is: 'call'; readonly name: string; readonly given: readonly Tree[] };

export interface Reading {
  readonly path: string;
  readonly terms: Terms;
  /** Refuses a name that no event has; throws. */
  checkName(name: string, character: number): void;
}

const RESERVED = new Set(['TRUE', 'FALSE', 'AND', 'OR', 'XOR', 'NOT', 'LIKE', 'IN', 'EXISTS']);
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Throws `filter_syntax`, `filter_function`, `filter_too_large` or `filter_too_deep`, with the character. */
export function treeOf(text: string, reading: Reading): Tree {
  return new Reader(wordsOf(text, reading.path), reading).whole();
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #reading: Reading;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], reading: Reading) {
    this.#tokens = tokens;
    this.#reading = reading;
  }

  whole(): Tree {
    const tree = this.#logic();
    if (this.#token.is !== 'end') throw this.#wrong('the expression should end', 'Join two conditions by AND or OR.');
    return tree;
  }

  /** AND, OR and XOR are one level and lean to the right; mixed, two readers would take them differently: brackets please. */
  #logic(): Tree {
    const parts = [this.#comparison()];
    let by: Logic | undefined;
    for (let word = this.#logicWord(); word; word = this.#logicWord()) {
      if (by !== undefined && word !== by)
        throw this.#wrong(`${by} and ${word} stand beside each other`, 'Write brackets to say which comes first.');
      by = word;
      this.#take();
      parts.push(this.#comparison());
    }
    return parts.reduceRight((right, left) => ({ is: 'logic', by: by ?? 'AND', left, right }));
  }

  #logicWord(): Logic | undefined {
    return (['AND', 'OR', 'XOR'] as const).find((word) => this.#isWord(word));
  }

  #comparison(): Tree {
    let left = this.#sum();
    for (;;) {
      const sign = this.#token;
      const by = sign.is === 'sign' ? COMPARISONS[sign.text] : undefined;
      if (!by) return left;
      this.#take();
      left = { is: 'compare', by, left, right: this.#sum() };
    }
  }

  #sum(): Tree {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/', '%'], () => this.#tested()));
  }

  #chain(signs: readonly Arithmetic[], part: () => Tree): Tree {
    let left = part();
    for (;;) {
      const by = signs.find((sign) => this.#isSign(sign));
      if (!by) return left;
      this.#take();
      left = { is: 'reckon', by, left, right: part() };
    }
  }

  /** LIKE and IN bind closer than everything but NOT and minus. */
  #tested(): Tree {
    let of = this.#unary();
    for (;;) {
      const negated = this.#isWord('NOT') && (this.#isWord('LIKE', 1) || this.#isWord('IN', 1));
      if (negated) this.#take();
      if (this.#isWord('LIKE')) {
        this.#take();
        const pattern = this.#take();
        if (pattern.is !== 'string') throw this.#wrong('LIKE takes a string', "Write LIKE 'case.%'.", pattern);
        of = { is: 'like', of, pattern: pattern.text, negated };
      } else if (this.#isWord('IN')) {
        this.#take();
        this.#expect('(', "Write IN ('a', 'b').");
        of = { is: 'in', of, set: this.#list(), negated };
      } else return of;
    }
  }

  #unary(): Tree {
    return this.#deeper(() => {
      if (this.#isWord('NOT')) {
        this.#take();
        return { is: 'not', of: this.#unary() };
      }
      if (!this.#isSign('-')) return this.#atom();
      this.#take();
      const number = this.#token;
      if (number.is !== 'integer') return { is: 'minus', of: this.#unary() };
      this.#take();
      return { is: 'literal', value: this.#integer(-number.value, number) };
    });
  }

  #atom(): Tree {
    const token = this.#take();
    if (token.is === 'integer') return { is: 'literal', value: this.#integer(token.value, token) };
    if (token.is === 'string') return { is: 'literal', value: token.text };
    if (token.is === 'name') return this.#named(token.text, token);
    if (token.is !== 'sign' || token.text !== '(')
      throw this.#wrong(
        'a value is missing',
        "A value is a name, a number, or text in quotes, such as type or 'x'.",
        token,
      );
    const inner = this.#logic();
    this.#expect(')', 'Close the bracket.');
    return inner;
  }

  #named(name: string, token: Token): Tree {
    const word = name.toUpperCase();
    if (word === 'TRUE' || word === 'FALSE') return { is: 'literal', value: word === 'TRUE' };
    if (word === 'EXISTS') {
      const of = this.#take();
      if (of.is !== 'name' || RESERVED.has(of.text.toUpperCase()))
        throw this.#wrong('EXISTS takes the name of an attribute', 'Write EXISTS subject.', of);
      return { is: 'exists', name: this.#name(of.text, of) };
    }
    if (RESERVED.has(word)) throw this.#wrong(`${word} does not belong here`, 'A value is missing before it.', token);
    if (!this.#isSign('(')) return { is: 'attribute', name: this.#name(name, token) };
    this.#take();
    const given = this.#isSign(')') ? [] : this.#list();
    if (given.length === 0 && this.#isSign(')')) this.#take();
    const arity = signatureOf(word);
    if (arity && given.length >= arity.least && given.length <= arity.most) return { is: 'call', name: word, given };
    const message = arity ? `${word} does not take ${given.length} arguments` : `there is no function ${word}`;
    throw refuseFilter('filter_function', message, this.#place(token), 'docs/integrators.md lists the functions.');
  }

  /** Attributes are of lower case in CloudEvents, however they are written; a path into the data is taken as it is. */
  #name(text: string, token: Token): string {
    const data = /^data\./i.test(text);
    const name = data ? `data${text.slice(4)}` : text.toLowerCase();
    if (text.includes('.') && !data)
      throw this.#wrong(`${text} is no attribute`, 'Only data has parts: data.category.code.', token);
    this.#reading.checkName(name, token.at);
    return name;
  }

  /** Expressions with commas, up to and with the closing bracket. */
  #list(): Tree[] {
    const items = [this.#logic()];
    while (this.#isSign(',')) {
      this.#take();
      items.push(this.#logic());
    }
    this.#expect(')', 'Close the bracket.');
    return items;
  }

  #integer(value: number, token: Token): number {
    if (value >= LEAST_INTEGER && value <= MOST_INTEGER) return value;
    throw this.#wrong('the number is too large', 'CESQL has whole numbers of 32 bits; compare text instead.', token);
  }

  #deeper(read: () => Tree): Tree {
    if (++this.#depth > MOST_DEPTH)
      throw refuseFilter(
        'filter_too_deep',
        `more than ${MOST_DEPTH} levels of nesting`,
        this.#place(this.#token),
        'Take away brackets, or split the filter with all and any.',
      );
    const tree = read();
    this.#depth--;
    return tree;
  }

  get #token(): Token {
    return this.#tokens[this.#next] ?? { is: 'end', at: 1 };
  }

  #take(): Token {
    const token = this.#token;
    this.#reading.terms.take(this.#place(token));
    if (token.is !== 'end') this.#next++;
    return token;
  }

  #isWord(word: string, ahead = 0): boolean {
    const token = this.#tokens[this.#next + ahead];
    return token?.is === 'name' && token.text.toUpperCase() === word;
  }

  #isSign(text: string): boolean {
    return this.#token.is === 'sign' && this.#token.text === text;
  }

  #expect(sign: string, advice: string): void {
    if (!this.#isSign(sign)) throw this.#wrong(`${sign} is missing`, advice);
    this.#take();
  }

  #place(token: Token): { readonly path: string; readonly character: number } {
    return { path: this.#reading.path, character: token.at };
  }

  #wrong(message: string, advice: string, token: Token = this.#token): GatewayError {
    return refuseFilter('filter_syntax', message, this.#place(token), advice);
  }
}
