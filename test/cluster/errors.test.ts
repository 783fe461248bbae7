import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ClusterError, errorFromStatus, toClusterError, wasNeverSent} from '../../source/cluster/errors.ts';
import {networkReason} from '../../source/cluster/network-errors.ts';

test('the sentence of a refusal says who may not do what, where', () => {
	const cases = [
		[
			'pods is forbidden: User "team-a" cannot list resource "pods" in API group "" in the namespace "shop"',
			'Not allowed: team-a may not list pods in shop',
		],
		[
			'nodes is forbidden: User "viewer" cannot list resource "nodes" in API group "" at the cluster scope',
			'Not allowed: viewer may not list nodes in the whole cluster',
		],
		[
			'forbidden: User "system:anonymous" cannot get path "/version"',
			'Not allowed: system:anonymous may not get /version',
		],
		[
			'pods "a" is forbidden: exceeded quota: q',
			'Not allowed: could not create pods: pods "a" is forbidden: exceeded quota: q',
		],
		['', 'Not allowed: could not create pods: the server answered 403'],
	] as const;
	for (const [message, expected] of cases) {
		assert.equal(errorFromStatus(403, {message}, 'create pods').message, expected);
	}
});

test('each status has its reason', () => {
	const reasons = [400, 401, 403, 404, 409, 410, 415, 422, 429, 500, 502, 503, 504, 302].map(
		(code) => errorFromStatus(code, undefined, 'list pods').reason,
	);
	assert.deepEqual(reasons, [
		'invalid',
		'unauthorized',
		'forbidden',
		'not-found',
		'conflict',
		'expired',
		'invalid',
		'invalid',
		'too-many-requests',
		'unavailable',
		'unavailable',
		'unavailable',
		'timeout',
		'unexpected',
	]);
	assert.equal(errorFromStatus(409, {reason: 'AlreadyExists'}, 'create it').reason, 'already-exists');
	assert.equal(errorFromStatus(500, {details: {retryAfterSeconds: 2}}, 'x').retryAfterSeconds, 2);
	assert.equal(errorFromStatus(422, {message: 'a\n  b'}, 'patch it').message, 'Could not patch it: a b');
});

/** An error as Node makes them. */
function thrown(code: string, cause?: unknown): Error {
	return Object.assign(new Error(`connect ${code} 127.0.0.1:1`, {cause}), {code});
}

test('errors of the network are told in words', () => {
	assert.equal(toClusterError(thrown('ECONNREFUSED'), 'list pods').message, 'Could not list pods: connection refused');
	assert.equal(
		toClusterError(new TypeError('fetch failed', {cause: thrown('ENOTFOUND')}), 'x').message,
		'Could not x: no such host',
	);
	const several = Object.assign(new AggregateError([thrown('ECONNREFUSED'), thrown('ECONNREFUSED')], ''), {
		code: 'ECONNREFUSED',
	});
	assert.equal(networkReason(several), 'connection refused');
	assert.equal(networkReason(new Error('odd')), 'odd');
	const pair = toClusterError(thrown('ERR_OSSL_PEM_NO_START_LINE'), 'x');
	assert.deepEqual(
		[pair.reason, pair.message],
		['credentials', 'Could not x: the client certificate and its key cannot be used'],
	);
	const trust = toClusterError(thrown('SELF_SIGNED_CERT_IN_CHAIN'), 'x');
	assert.equal(trust.reason, 'unreachable');
	assert.match(trust.hint ?? '', /certificate-authority/);
	assert.equal(toClusterError(Object.assign(new Error('x'), {name: 'BodyTimeoutError'}), 'x').reason, 'timeout');
	assert.equal(toClusterError(Object.assign(new Error('x'), {name: 'AbortError'}), 'x').reason, 'unreachable');
	assert.equal(toClusterError(thrown('ERR_SSL_WRONG_VERSION_NUMBER'), 'x').reason, 'unreachable');
	assert.equal(toClusterError('a string', 'x').message, 'Could not x: a string');
	const own = new ClusterError('conflict', 'c');
	assert.equal(toClusterError(own, 'x'), own);
});

test('what had no connection was never sent', () => {
	assert.equal(wasNeverSent(toClusterError(thrown('ECONNREFUSED'), 'x')), true);
	assert.equal(wasNeverSent(toClusterError(thrown('UND_ERR_CONNECT_TIMEOUT'), 'x')), true);
	assert.equal(wasNeverSent(toClusterError(thrown('ECONNRESET'), 'x')), false);
	assert.equal(wasNeverSent(new ClusterError('timeout', 'x')), false);
});
