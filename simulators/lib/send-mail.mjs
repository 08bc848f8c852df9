#!/usr/bin/env node
// Hands one file over by SMTP as it is: `send-mail.mjs FILE PORT [FROM]`; prints what the server answered.
import { readFileSync } from 'node:fs';
import nodemailer from 'nodemailer';

/** Resolves with the server's answer; rejects with its refusal, `responseCode` in it. */
export async function sendMail(
  raw,
  { host = '127.0.0.1', port, from = 'zhang@example.com', to = 'hotline@example.gov.cn', ...tls },
) {
  const client = nodemailer.createTransport({ host, port: Number(port), secure: false, ignoreTLS: true, ...tls });
  try {
    const { response } = await client.sendMail({ envelope: { from, to }, raw });
    return response;
  } finally {
    client.close();
  }
}

if (process.argv[1]?.endsWith('send-mail.mjs')) {
  const [file, port, from] = process.argv.slice(2);
  const answer = await sendMail(readFileSync(file), { port, ...(from === undefined ? {} : { from }) }).catch(
    (error) => error.response ?? error.message,
  );
  console.log(answer);
}
