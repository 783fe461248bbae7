import assert from 'node:assert/strict';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {suite, test} from 'node:test';
import {parseTime} from '../../../source/format/age.ts';
import {clusterKubeconfig, eventually, makePlace} from '../../support/cluster-place.ts';
import {freezePart, noServerProcess} from '../../support/cluster-server.ts';
import {isUnobserved, prove, type Trouble} from '../../support/cluster-troubles.ts';
import {kubectlFor, rolldeckFor} from '../../support/kubectl.ts';

/** The controllers stand still. */
function silence(): Trouble {
	let goOn = () => {};
	return {
		async make(place) {
			goOn = freezePart('kube-controller-manager');
			place.atEnd(async () => goOn());
			await place.setImage('web', 'web:2.0');
		},
		told: ({deployments}) => deployments.filter(isUnobserved),
		unseen: true,
		after: {
			seconds: 10,
			since: ({deployments}) =>
				Math.max(
					...deployments.flatMap(({metadata}) =>
						(metadata.managedFields ?? []).flatMap(({time, subresource}) =>
							subresource === undefined ? (parseTime(time) ?? []) : [],
						),
					),
				),
		},
		shown: [/^. web .* not seen by the controller \d+s/m, /The deployment controller has not seen the last change/],
		mend: async () => goOn(),
		mended: ({deployments}) => !deployments.some(isUnobserved),
	};
}

suite('while the controllers stand still', {skip: noServerProcess}, () => {
	test('that is on the screen', (t) => prove(t, 'controllers', silence()));

	test('counts that are behind the pods: kubectl calls it rolled out, we count the pods', async (t) => {
		const place = await makePlace(t, 'status-behind');
		const home = await mkdtemp(join(tmpdir(), 'rolldeck-home-'));
		place.atEnd(() => rm(home, {recursive: true}));
		const rolldeck = (words: string) => rolldeckFor(clusterKubeconfig, place.name, home)(words.split(' '));
		const kubectl = (words: string) => kubectlFor(clusterKubeconfig, place.name, home)(words.split(' '));
		await place.deploy('web', {replicas: 2});
		const [pod] = await place.pods('web');
		const thaw = freezePart('kube-controller-manager');
		place.atEnd(async () => thaw());
		await place.remove('pods', pod?.metadata.name ?? '');
		await eventually('the pod is asked to stop', async () => (await place.pods('web')).length === 1);
		const [ours, theirs] = await Promise.all([
			rolldeck('status deployment/web --wait --timeout 3s'),
			kubectl('rollout status deployment/web --timeout=3s'),
		]);
		assert.deepEqual([ours.code, theirs.code], [124, 0]);
		assert.match(ours.stdout, / web: \w+ 1\/2/);
		thaw();
		assert.equal((await rolldeck('status deployment/web --wait --timeout 60s')).code, 0);
	});
});
