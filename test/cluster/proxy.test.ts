import assert from 'node:assert/strict';
import {test} from 'node:test';
import {proxyFor} from '../../source/cluster/proxy.ts';

test('the proxy of the cluster, of the environment, or none', () => {
	const proxy = 'http://proxy:3128';
	const cases: [server: string, env: Record<string, string>, expected: string | undefined][] = [
		['https://a.example', {}, undefined],
		['https://a.example', {HTTPS_PROXY: proxy}, 'http://proxy:3128/'],
		['https://a.example', {https_proxy: 'proxy:3128'}, 'http://proxy:3128/'],
		['https://a.example', {HTTP_PROXY: proxy}, undefined],
		['http://a.example', {HTTP_PROXY: proxy}, 'http://proxy:3128/'],
		['https://localhost:6443', {HTTPS_PROXY: proxy}, undefined],
		['https://127.0.0.1:6443', {HTTPS_PROXY: proxy}, undefined],
		['https://[::1]:6443', {HTTPS_PROXY: proxy}, undefined],
		['https://a.example', {HTTPS_PROXY: proxy, NO_PROXY: '*'}, undefined],
		['https://a.example', {HTTPS_PROXY: proxy, no_proxy: 'b.example, a.EXAMPLE'}, undefined],
		['https://in.a.example', {HTTPS_PROXY: proxy, NO_PROXY: 'a.example'}, undefined],
		['https://notexample', {HTTPS_PROXY: proxy, NO_PROXY: 'example'}, 'http://proxy:3128/'],
		['https://a.example', {HTTPS_PROXY: proxy, NO_PROXY: '.a.example'}, 'http://proxy:3128/'],
		['https://in.a.example', {HTTPS_PROXY: proxy, NO_PROXY: '.a.example'}, undefined],
		['https://in.a.example', {HTTPS_PROXY: proxy, NO_PROXY: '*.a.example'}, undefined],
		['https://a.example:6443', {HTTPS_PROXY: proxy, NO_PROXY: 'a.example:443'}, 'http://proxy:3128/'],
		['https://a.example:6443', {HTTPS_PROXY: proxy, NO_PROXY: 'a.example:6443'}, undefined],
		['https://10.1.2.3', {HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8'}, undefined],
		['https://11.1.2.3', {HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8,10.0.0.0/99'}, 'http://proxy:3128/'],
		['https://[fd00::5]:6443', {HTTPS_PROXY: proxy, NO_PROXY: 'fd00::/16'}, undefined],
		['https://[fd00::5]:6443', {HTTPS_PROXY: proxy, NO_PROXY: '[fd00::5]:6443'}, undefined],
		['https://10.1.2.3', {HTTPS_PROXY: proxy, NO_PROXY: '10.1.2.3'}, undefined],
	];
	for (const [server, env, expected] of cases) {
		assert.equal(proxyFor(new URL(server), undefined, env)?.href, expected, `${server} ${JSON.stringify(env)}`);
	}
	assert.equal(proxyFor(new URL('https://localhost'), 'socks5://p', {NO_PROXY: '*'})?.href, 'socks5://p');
});

test('a variable that holds no address is named, and not repeated', () => {
	const env = {HTTPS_PROXY: 'http://me:secret@'};
	assert.throws(() => proxyFor(new URL('https://a.example'), undefined, env), {
		name: 'ClusterError',
		message: 'The variable HTTPS_PROXY is no address of a proxy',
	});
});
