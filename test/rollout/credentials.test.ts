import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {looksLikeCredential, maskCredentials} from '../../source/rollout/credentials.ts';

test('names that promise a credential', () => {
	for (const name of [
		'DB_PASSWORD',
		'dbPassword',
		'PASSWD',
		'GITHUB_TOKEN',
		'API_KEY',
		'apiKey',
		'SECRET',
		'CLIENT_SECRET',
		'PRIVATE_KEY',
		'DB_PASS',
		'AWS_SECRET_ACCESS_KEY',
		'SENTRY_DSN',
		'credentials',
		'KEY',
		'SSH-KEY',
		'connectionString',
		'SLACK_WEBHOOK_URL',
		'PASSPHRASE',
		'BASIC_AUTH',
		'Authorization',
		'Cookie',
	]) {
		assert.equal(looksLikeCredential(name), true, name);
	}
	for (const name of [
		'LOG',
		'KEYBOARD',
		'KEY_COUNT',
		'MONKEY',
		'COMPASS_URL',
		'AUTHOR',
		'PATH',
		'PATTERN',
		'SESSION_LENGTH',
		'PORT',
		'BYPASS_CACHE',
	]) {
		assert.equal(looksLikeCredential(name), false, name);
	}
});

describe('in a text only the credential is masked', () => {
	const cases: readonly (readonly [string, string])[] = [
		[
			'kubectl set env deployment/web DB_PASSWORD=hunter2 LOG=debug --record=true',
			'kubectl set env deployment/web DB_PASSWORD=•••• LOG=debug --record=true',
		],
		[
			'kubectl set env deployment/web DB_PASSWORD=two words --record=true',
			'kubectl set env deployment/web DB_PASSWORD=•••• --record=true',
		],
		[
			'kubectl --token abc set image deployment/web web=web:2',
			'kubectl --token •••• set image deployment/web web=web:2',
		],
		['kubectl --token=abc apply -f web.yaml', 'kubectl --token=•••• -f web.yaml'],
		['DB=postgres://app:hunter2@db/shop LOG=debug', 'DB=postgres://app:••••@db/shop LOG=debug'],
		['password: hunter2', 'password: ••••'],
		['token=abc\nnext=b', 'token=••••\nnext=b'],
	];
	for (const [text, masked] of cases) test(text, () => assert.equal(maskCredentials(text), masked));

	for (const text of [
		'hotfix for the cart',
		'helm upgrade: secret rotated',
		'kubectl set image deployment/web web=web:1.4.2 --record=true',
		'kubectl apply --filename=token.yaml --record=true',
		'http://web/?page=1',
	])
		test(text, () => assert.equal(maskCredentials(text), text));
});

test('a megabyte is read in no time, whatever it is made of', () => {
	for (const piece of ['a', ' ', '-', '=', ':', 'a=', 'a://', '--a ', '\n'])
		assert.equal(typeof maskCredentials(piece.repeat(1_000_000 / piece.length)), 'string');
});
