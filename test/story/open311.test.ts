// A client of Open311 speaks to the built house with the specification's own requests: services, a request, its state, errors.
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config.ts';
import { type House, openHouse } from '../../src/main.ts';
import { quiet } from '../feed/house.ts';
import { ADMIN, ask, BUILT, envOf, newHome } from './house.ts';

describe.skipIf(!BUILT)('Open311 GeoReport v2', () => {
  let house: House;
  let code = '';
  beforeAll(async () => {
    const env = envOf(newHome({ store: { url: 'memory:' } }), { PORT: '0', CIVICLINE_ADMIN_KEY: ADMIN });
    house = await openHouse(loadSettings(env), quiet, (error) => {
      throw error;
    });
    const services = await get('services.json');
    code = services.json[0].service_code;
  });
  afterAll(() => house?.close());

  const get = (path: string) => ask(house.url, 'GET', `/open311/v2/${path}`, {});
  const post = async (path: string, body: string, type = 'application/x-www-form-urlencoded') => {
    const answer = await fetch(`${house.url}/open311/v2/${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') };
  };
  /** The sample request of the specification, with a service code of ours. */
  const sample = (more: string, key = ADMIN) =>
    `api_key=${key}&service_code=${code}&lat=37.76524078&long=-122.4212043&address_string=1234+5th+street&email=smit333%40example.org&device_id=tt222111&account_id=123456&first_name=john&last_name=smith&phone=13800000000&description=A+large+sinkhole+is+destroying+the+street+${more}&media_url=http%3A%2F%2Fexample.org%2F1.jpg&attribute[WHISPAWN]=123456&attribute[WHISDORN]=COISL001`;
  const xml = (text: string) =>
    new XMLParser({ parseTagValue: false, isArray: (name) => name === 'request' || name === 'service' }).parse(text);

  it('lists the same services as JSON and as XML, each with all its fields, and is found by discovery', async () => {
    const json = await get('services.json');
    expect(json.status).toBe(200);
    expect(Object.keys(json.json[0])).toEqual(
      expect.arrayContaining([
        ...['service_code', 'service_name', 'description', 'metadata', 'type', 'keywords', 'group'],
      ]),
    );
    const plain = await get('services.xml');
    expect(plain.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(plain.text).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>/);
    expect(xml(plain.text).services.service).toHaveLength(json.json.length);
    const { endpoints } = (await get('discovery.json')).json;
    expect(endpoints[0]).toMatchObject({ specification: 'http://wiki.open311.org/GeoReport_v2', type: 'production' });
    expect((await get(`services/${code}.json`)).json).toEqual({ service_code: code, attributes: [] });
  });

  it('takes the sample request, gives it back without a name, and tells when it is dealt with', async () => {
    const made = await post('requests.xml', sample('one'));
    expect(made.status).toBe(201);
    const [{ service_request_id: id, service_notice: notice }] = xml(made.text).service_requests.request;
    expect(notice).toMatch(/查询码/);
    const [row] = (await get(`requests/${id}.json`)).json;
    expect(row).toMatchObject({ service_request_id: id, status: 'open', lat: 37.76524078, long: -122.4212043 });
    expect(row.requested_datetime).toMatch(/T\d\d:\d\d:\d\d\+08:00$/);
    const all = await get('requests.json');
    expect(all.text).toContain(id);
    for (const personal of ['smith', 'smit333', '13800000000', 'tt222111', ADMIN])
      expect(all.text).not.toContain(personal);

    const { unit } = (await ask(house.url, 'GET', `/v1/cases/${id}`, { token: ADMIN })).json;
    const report = (body: object) => ask(house.url, 'POST', `/v1/cases/${id}/reports`, { token: ADMIN, body });
    const body = { unit: unit.code, reason: 'x' };
    await ask(house.url, 'POST', `/v1/cases/${id}/assign`, { token: ADMIN, body });
    await report({ type: 'signed' });
    await report({ type: 'answered', public: 'The hole is filled.' });
    expect((await report({ type: 'resolved', resolved: true })).status).toBe(200);
    const [closed] = (await get(`requests/${id}.json`)).json;
    expect(closed).toMatchObject({ status: 'closed', status_notes: 'The hole is filled.' });
    expect((await get('requests.json?status=open')).text).not.toContain(id);
    expect((await get('requests.json?status=closed')).text).toContain(id);
    expect((await get('requests.json?end_date=2020-01-01T00:00:00Z')).json).toEqual([]);
    expect((await get(`tokens/${id}.json`)).json).toEqual([{ service_request_id: id, token: id }]);
  });

  it('never shows what came on other channels, a report (举报) or a secret case', async () => {
    const informs = encodeURIComponent('我要举报某工地夜间偷排污水，请保密查处');
    const made = await post('requests.json', sample('').replace(/description=[^&]*/, `description=${informs}`));
    const [{ service_request_id: hidden }] = JSON.parse(made.text);
    const body = { content: '小区门口的路灯坏了三天了，请派人来修' };
    const web = await ask(house.url, 'POST', '/in/web', { body });
    for (const id of [hidden, web.json.caseNo]) {
      expect((await get(`requests/${id}.json`)).status).toBe(404);
      expect((await get(`requests.json?service_request_id=${id}`)).json).toEqual([]);
    }
    expect((await get(`requests.json?api_key=${ADMIN}`)).text).not.toContain(hidden);
    const [seen] = (await get(`requests/${web.json.caseNo}.json?api_key=${ADMIN}`)).json;
    expect(seen).toMatchObject({ status: 'open', description: null, lat: null });
  });

  it('shows a key of a unit its cases of all channels, and one that only hands in no more than everybody', async () => {
    const web = (await ask(house.url, 'POST', '/in/web', { body: { content: '公园的长椅断了，请派人来修' } })).json
      .caseNo;
    const unit = (await ask(house.url, 'GET', '/v1/units', { token: ADMIN })).json.data[0].code;
    await ask(house.url, 'POST', `/v1/cases/${web}/assign`, { token: ADMIN, body: { unit, reason: 'x' } });
    const keyOf = async (scope: string) =>
      (await ask(house.url, 'POST', '/v1/keys', { token: ADMIN, body: { name: 'x', scopes: [scope], unit } })).json
        .token;
    const [units, intakes] = [await keyOf('unit'), await keyOf('intake')];
    for (const path of [`requests.json?`, `requests.json?service_request_id=${web}&`]) {
      expect((await get(`${path}api_key=${units}`)).text).toContain(web);
      expect((await get(`${path}api_key=${intakes}`)).text).not.toContain(web);
    }
    expect((await get(`requests/${web}.json?api_key=${units}`)).status).toBe(200);
    expect((await get(`requests/${web}.json?api_key=${intakes}`)).status).toBe(404);
    expect((await post('requests.json', sample('', units))).status, 'a unit hands nothing in').toBe(403);
  });

  it('takes JSON too, and pages', async () => {
    const fields = { api_key: ADMIN, service_code: code, address_string: 'Main St 5', description: 'Street light out' };
    expect((await post('requests.json', JSON.stringify(fields), 'application/json')).status).toBe(201);
    const pages = await Promise.all([1, 2].map((page) => get(`requests.json?page_size=1&page=${page}`)));
    const ids = pages.map((page) => page.json[0].service_request_id);
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ['without a key', sample('', ''), 403],
    ['with a key nobody made', sample('', 'xyz'), 403],
    ['without a service', 'api_key=KEY&lat=1&long=2', 400],
    ['of a service nobody has', 'api_key=KEY&service_code=none&lat=1&long=2', 404],
    ['of another city', `${sample('')}&jurisdiction_id=city.gov`, 404],
    ['with half a place', 'api_key=KEY&service_code=CODE&lat=1', 400],
    ['without a place', 'api_key=KEY&service_code=CODE', 400],
    ['with a place off the earth', 'api_key=KEY&service_code=CODE&lat=91&long=2', 400],
  ])('a request %s is refused in the words of Open311, as JSON and as XML', async (_what, body, status) => {
    const ready = body.replace('KEY', ADMIN).replace('CODE', code).replace('service_code=&', `service_code=${code}&`);
    const json = await post('requests.json', ready);
    expect(json.status).toBe(status);
    expect(JSON.parse(json.text)).toMatchObject([{ code: status, description: expect.any(String) }]);
    const plain = await post('requests.xml', ready);
    expect(xml(plain.text).errors.error).toMatchObject({ code: String(status) });
  });
});
