// /openapi.json and /docs: the document is made when first asked for, the pages come from swagger-ui's own files, offline.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Route, RouteAnswer } from '../core/route.ts';
import { openapi } from './openapi.ts';
import { refusal } from './problem.ts';

const TYPES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'index.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>civicline API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="stylesheet" href="/docs/index.css"></head>
<body><div id="swagger-ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>`;
const START = `window.ui = SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });`;

export function openDocs(routes: readonly Route[], publicUrl: string): Route[] {
  let document: object | undefined;
  const home: Route = {
    method: 'GET',
    path: '/docs',
    access: 'public',
    hidden: true,
    handle: () => page(PAGE, 'text/html; charset=utf-8'),
  };
  return [
    {
      method: 'GET',
      path: '/openapi.json',
      access: 'public',
      summary: 'This document',
      tags: ['documents'],
      handle: () => {
        document ??= openapi([...routes, ...openDocs([], '').slice(0, 1)], publicUrl);
        return { status: 200, body: document };
      },
    },
    home,
    { ...home, path: '/docs/' },
    {
      method: 'GET',
      path: '/docs/:file',
      access: 'public',
      hidden: true,
      handle: ({ params }) =>
        params.file === 'start.js' ? page(START, 'text/javascript; charset=utf-8') : asset(params.file ?? ''),
    },
  ];
}

function page(body: string, type: string): RouteAnswer {
  return { status: 200, headers: { 'content-type': type, 'content-security-policy': CSP }, body };
}

/** Only the files named above: the name is looked up, never joined from what was asked. */
async function asset(name: string): Promise<RouteAnswer> {
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (type === undefined) throw refusal(404, 'not_found', 'there is nothing at this address');
  const home = path.dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui'));
  const body = await readFile(path.join(home, 'static', name));
  return { status: 200, headers: { 'content-type': type, 'cache-control': 'public, max-age=86400' }, body };
}
