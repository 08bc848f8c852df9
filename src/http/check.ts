// Checks input against TypeBox schemas, each compiled once when first needed; a misfit names the first field that is wrong.
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import Value from 'typebox/value';
import type { GatewayError } from '../core/errors.ts';
import { isBlank, SAYS_NOTHING } from '../core/text/written.ts';
import { bodyRefusal, refusal } from './problem.ts';

const compiled = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  const known = compiled.get(schema);
  if (known) return known;
  const made = Compile(schema);
  compiled.set(schema, made);
  return made;
}

/** Throws 422 `invalid_field` (`missing_field`, `unknown_field`) naming the field. */
export function checkBody(schema: TSchema, value: unknown): void {
  const validator = validatorOf(schema);
  if (!validator.Check(value)) throw misfit(validator, value);
}

/** A mistyped filter of a list must not answer with everything: throws 422 `unknown_field`. */
export function refuseUnknown(schema: TSchema, values: Readonly<Record<string, string>>): void {
  const known: unknown = Reflect.get(schema, 'properties');
  const name = Object.keys(values).find((one) => typeof known === 'object' && known && !Object.hasOwn(known, one));
  if (name !== undefined) throw named('unknown_field', 'is not known here', name);
}

/** Query and path are text: a number in the schema takes a text that is one. */
export function checkText(schema: TSchema, values: Readonly<Record<string, string>>): void {
  const validator = validatorOf(schema);
  const copy: Record<string, string> = { ...values };
  if (validator.Check(copy)) return;
  const converted = Value.Convert(schema, copy);
  if (!validator.Check(converted)) throw misfit(validator, converted);
}

function misfit(validator: Validator, value: unknown): GatewayError {
  const errors = validator.Errors(value);
  for (const error of errors) {
    const at = error.instancePath.replace(/^\//, '');
    if (error.keyword === 'required') {
      const [name] = error.params.requiredProperties;
      return named('missing_field', 'is missing', at, name);
    }
    if (error.keyword === 'additionalProperties') {
      const [name] = error.params.additionalProperties;
      return named('unknown_field', 'is not known here', at, name);
    }
    if (error.keyword === 'boolean') continue; // says the same as additionalProperties, without the name
    return named('invalid_field', isBlank(error) ? SAYS_NOTHING : error.message, at);
  }
  return bodyRefusal(422, 'invalid_field', 'the input is not in its shape');
}

function named(code: string, why: string, at: string, name?: string): GatewayError {
  const field = [at, name]
    .filter((part) => part)
    .join('/')
    .slice(0, 200);
  if (field === '') return bodyRefusal(422, code, `the body ${why}`);
  return refusal(422, code, `${field} ${why}`, { field });
}
