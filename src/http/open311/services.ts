// Services: the catalogue's categories as service types, and where this endpoint is found (service discovery).
import type { City } from '../../core/city.ts';
import type { Row } from './answer.ts';

export interface Service {
  readonly code: string;
  readonly name: string;
  readonly row: Row;
}

export function servicesOf({ categories, otherCategory }: City): Service[] {
  return [...categories, { ...otherCategory, words: [] }].map(({ code, name, level1, path, words }) => ({
    code,
    name,
    row: {
      service_code: code,
      service_name: name,
      description: path.join(' / '),
      metadata: false,
      type: 'realtime',
      keywords: words.slice(0, 20).join(', '),
      group: level1,
    },
  }));
}

const FORMATS = ['text/xml', 'application/json'];
const CHANGESET = '2026-11-24T00:00:00+08:00';

export function discovery(city: City, url: string) {
  const about = {
    changeset: CHANGESET,
    contact: `${city.name} 12345`,
    key_service: 'Keys (api_key) are made by the operator: POST /v1/keys with scope intake.',
  };
  const endpoint = {
    specification: 'http://wiki.open311.org/GeoReport_v2',
    url,
    changeset: CHANGESET,
    type: 'production',
  };
  return {
    json: { ...about, endpoints: [{ ...endpoint, formats: FORMATS }] },
    xml: {
      discovery: { ...about, endpoints: { endpoint: [{ ...endpoint, formats: { format: FORMATS } }] } },
    },
  };
}
