// Call: one question to an OpenAI-compatible chat endpoint, with a limit on time and on how much may come back.

import Type from 'typebox';
import { Value } from 'typebox/value';
import { request } from 'undici';
import type { AssistantSettings } from '../settings.ts';
import type { Turn } from './prompt.ts';

const MOST_BYTES = 64 * 1_024;

const Completion = Type.Object({
  choices: Type.Array(Type.Object({ message: Type.Object({ content: Type.String() }) }), { minItems: 1 }),
});

/** `again`: it may go better later. `junk`: it answered, and not with what was asked for. */
export type Called =
  | { readonly content: string }
  | { readonly trouble: 'again' | 'refused' | 'junk'; readonly why: string };

export async function call(settings: AssistantSettings, turns: readonly Turn[], ending: AbortSignal): Promise<Called> {
  const { baseUrl, model, apiKey, timeoutMs } = settings;
  try {
    const { statusCode, body } = await request(`${baseUrl.replace(/\/+$/, '')}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
      body: JSON.stringify({ model, messages: turns, temperature: 0, max_tokens: 800 }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      // The whole of it, however slowly it drips.
      signal: AbortSignal.any([ending, AbortSignal.timeout(timeoutMs)]),
    });
    // A stream cut off tells of it later, to nobody: unheard, that would end the process.
    body.on('error', () => {});
    if (statusCode !== 200) {
      body.destroy();
      const again = statusCode === 408 || statusCode === 429 || statusCode >= 500;
      return { trouble: again ? 'again' : 'refused', why: `status ${statusCode}` };
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      const piece = Buffer.from(chunk);
      bytes += piece.length;
      if (bytes > MOST_BYTES) {
        body.destroy();
        return { trouble: 'junk', why: 'too long' };
      }
      chunks.push(piece);
    }
    return contentOf(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    // Its name alone: a message may quote an address with a token.
    return { trouble: 'again', why: error instanceof Error ? error.name : 'error' };
  }
}

function contentOf(text: string): Called {
  try {
    const said: unknown = JSON.parse(text);
    const [choice] = Value.Check(Completion, said) ? said.choices : [];
    if (choice) return { content: choice.message.content };
  } catch {
    return { trouble: 'junk', why: 'no JSON' };
  }
  return { trouble: 'junk', why: 'no completion' };
}
