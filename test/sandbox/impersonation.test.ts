import assert from 'node:assert/strict';
import {after, before, suite, test} from 'node:test';
import type {Json} from '../../source/sandbox/store.ts';
import {type Api, pods, startApi} from './support/api.ts';

suite('being somebody else', () => {
	let api: Api;
	before(async () => {
		api = await startApi();
	});
	after(() => api.close());

	const whoAmI = async (headers: Record<string, string>, user = 'admin'): Promise<Json> => {
		const body = {apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview'};
		const answer = await api.call('/apis/authentication.k8s.io/v1/selfsubjectreviews', {body, user, headers});
		return answer.body.status?.userInfo ?? answer.body.message;
	};

	test('a name, groups, a uid and more', async () => {
		assert.deepEqual(await whoAmI({}), {username: 'admin', groups: ['system:masters', 'system:authenticated']});
		const headers = {
			'impersonate-user': 'stranger',
			'impersonate-group': 'devs, more',
			'impersonate-uid': '77',
			'impersonate-extra-some%2fthing': 'why',
		};
		assert.deepEqual(await whoAmI(headers), {
			username: 'stranger',
			uid: '77',
			groups: ['devs', 'more', 'system:authenticated'],
			extra: {'some/thing': ['why']},
		});
		assert.deepEqual((await whoAmI({'impersonate-user': 'system:serviceaccount:shop:robot'})).groups, [
			'system:serviceaccounts',
			'system:serviceaccounts:shop',
			'system:authenticated',
		]);
	});

	test('rights come with the group, or with the name', async () => {
		const list = async (headers: Record<string, string>) => (await api.call('/api/v1/secrets', {headers})).code;
		assert.equal(await list({'impersonate-user': 'stranger'}), 403);
		assert.equal(await list({'impersonate-user': 'stranger', 'impersonate-group': 'devs'}), 403);
		assert.equal(await list({'impersonate-user': 'stranger', 'impersonate-group': 'system:masters'}), 200);
		assert.equal(await list({'impersonate-user': 'admin'}), 403, 'the name alone is no administrator');
		const team = {'impersonate-user': 'team-a'};
		assert.equal((await api.call('/api/v1/namespaces/team-a/pods', {headers: team})).code, 200);
		assert.equal((await api.call(pods, {headers: team})).code, 403);
		assert.equal((await api.call(pods, {headers: {...team, 'impersonate-group': 'system:masters'}})).code, 200);
	});

	test('who may not is told which right is lacking, whatever is asked for', async () => {
		const refusal = async (path: string, name: string, method = 'GET') => {
			const headers = {'impersonate-user': name, 'impersonate-group': 'system:masters'};
			const {code, body} = await api.call(path, {user: 'viewer', method, headers});
			assert.equal(code, 403);
			return body.message;
		};
		assert.equal(
			await refusal(`${pods}/web-1`, 'viewer'),
			'pods "web-1" is forbidden: User "viewer" cannot impersonate-on:user-info:get resource "pods" in API group "" in the namespace "shop"',
		);
		assert.equal(
			await refusal('/api/v1/nodes', 'system:serviceaccount:shop:robot', 'DELETE'),
			'nodes is forbidden: User "viewer" cannot impersonate-on:serviceaccount:deletecollection resource "nodes" in API group "" at the cluster scope',
		);
		assert.equal(
			await refusal('/version', 'system:node:node-1'),
			'forbidden: User "viewer" cannot impersonate-on:arbitrary-node:get path "/version"',
		);
	});

	test('groups without a name are a mistake', async () => {
		const message = async (headers: Record<string, string>) => (await api.call(pods, {headers})).body.message;
		assert.equal(
			await message({'impersonate-group': 'x'}),
			'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"x"}, Extra:map[string][]string(nil)} without impersonating a user name',
		);
		assert.equal(
			await message({'impersonate-uid': '7', 'impersonate-extra-a': '7'}),
			'requested &user.DefaultInfo{Name:"", UID:"7", Groups:[]string(nil), Extra:map[string][]string{"a":{"7"}}} without impersonating a user name',
		);
	});

	test('a stranger reads the open paths, and nobody else does', async () => {
		assert.equal((await api.call('/version', {headers: {'impersonate-user': 'stranger'}})).code, 200);
		const refused = await api.call('/version', {headers: {'impersonate-user': 'system:anonymous'}});
		assert.equal(refused.body.message, 'forbidden: User "system:anonymous" cannot get path "/version"');
		const unknown = await api.call('/metrics', {user: 'viewer'});
		assert.equal(unknown.body.message, 'forbidden: User "viewer" cannot get path "/metrics"');
		assert.equal((await api.call('/metrics')).code, 404);
	});
});
