// Written: text that holds something to read, for what people must say: a blank reason is none, nor is an invisible one.
import Type from 'typebox';

/** At least one character that is neither white space nor invisible (controls, zero width, unassigned). ECMA-262, flag u. */
export const WRITTEN = '[^\\s\\p{C}]';

/** What a refusal says of text that does not match it. */
export const SAYS_NOTHING = 'says nothing: white space is no text';

export const Written = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: WRITTEN });

/** Whether an error of a schema is that. */
export const isBlank = ({ keyword, params }: { readonly keyword: string; readonly params: object }): boolean =>
  keyword === 'pattern' && String(Reflect.get(params, 'pattern')).includes(WRITTEN);
