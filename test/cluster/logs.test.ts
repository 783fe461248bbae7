import assert from 'node:assert/strict';
import {test} from 'node:test';
import {readLogEnd, whyUnreadable} from '../../source/cluster/logs.ts';
import {until} from '../support/until.ts';
import {connectTo, failure, start} from './connecting.ts';

const target = {namespace: 'shop', pod: {name: 'web-1'}, container: 'web', previous: true};
const limits = {lines: 30, bytes: 1000};

test('asks for the end of the right run', async (context) => {
	const api = await start(context);
	const connection = await connectTo(api, context);
	api.faults.answer(200, {text: 'panic: no more\n'});
	assert.equal(await readLogEnd(connection, target, limits, new AbortController().signal), 'panic: no more\n');
	const asked = api.requests.at(-1);
	assert.equal(asked?.path, '/api/v1/namespaces/shop/pods/web-1/log');
	assert.equal(asked.query.toString(), 'container=web&previous=true&tailLines=30&limitBytes=1000');
});

test('takes no more than it asked for, whoever answers', async (context) => {
	const api = await start(context);
	const connection = await connectTo(api, context);
	api.faults.answer(200, {text: 'x'.repeat(1_000_000)});
	assert.equal((await readLogEnd(connection, target, limits, new AbortController().signal)).length, 1000);
});

test('why it cannot be read', async (context) => {
	const api = await start(context);
	const connection = await connectTo(api, context);
	const why = async () =>
		whyUnreadable(await failure(readLogEnd(connection, target, limits, new AbortController().signal)));
	api.faults.answer(403, {
		reason: 'Forbidden',
		message:
			'pods "web-1" is forbidden: User "team-a" cannot get resource "pods/log" in API group "" in the namespace "shop"',
	});
	assert.equal(await why(), 'team-a may not get pods/log in shop');
	const message = 'previous terminated container "web" in pod "web-1" not found';
	api.faults.answer(400, {reason: 'BadRequest', message});
	assert.equal(await why(), message);
	api.faults.answer(502, {text: '<html>'});
	assert.equal(await why(), 'the server answered 502');
});

test('gives up when it is told to', async (context) => {
	const api = await start(context);
	const connection = await connectTo(api, context);
	api.faults.hang();
	const leaving = new AbortController();
	const reading = failure(readLogEnd(connection, target, limits, leaving.signal));
	await until('it was asked', () => api.requests.length === 1);
	leaving.abort();
	assert.equal((await reading).reason, 'aborted');
});
