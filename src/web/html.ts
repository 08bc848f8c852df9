// Html: templates whose every value is escaped unless it is itself made by a template. Attributes are always quoted.

const made = Symbol('html');

export interface Html {
  readonly [made]: true;
  readonly text: string;
}

export type Piece = string | number | Html | false | null | undefined | readonly Piece[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);

const isHtml = (piece: object): piece is Html => made in piece;

function render(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  return isHtml(piece) ? piece.text : piece.map(render).join('');
}

/** Indentation of the source is not sent. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  let text = '';
  strings.forEach((part, i) => {
    text += part.replace(/\n\s+/g, '\n') + (i < pieces.length ? render(pieces[i]) : '');
  });
  return { [made]: true, text };
}

/** A tail of attributes that stand alone, e.g. ` checked`. The name is ours, never a citizen's. */
export const flag = (on: boolean | undefined, name: 'checked' | 'hidden' | 'autofocus'): Html =>
  on ? { [made]: true, text: ` ${name}` } : { [made]: true, text: '' };
