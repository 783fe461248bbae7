import {writeFileSync} from 'node:fs';
import {connect} from '../../source/cluster/connection.ts';
import {clusterKubeconfig, eventually, readClusterConfig} from './cluster-place.ts';
import {kubectlFor} from './kubectl.ts';
import {perform, plays} from './rollout-plays.ts';
import {printSteps, recordChanges, stepsOf} from './rollout-recorder.ts';

/**
 * Plays the rollouts on the cluster of ROLLDECK_TEST_KUBECONFIG and writes down, in `rollouts/`, how its controllers went
 * about them: `node --import=tsx test/support/record-rollouts.ts`. The checker's test reads them.
 */
const connection = await connect(readClusterConfig().kubeconfig, {env: {}});
await Promise.all(
	plays.map(async (play) => {
		const namespace = `record-${play.name}-${Date.now().toString(36)}`;
		await connection.request({method: 'POST', path: '/api/v1/namespaces', body: {metadata: {name: namespace}}});
		await eventually('the service account is there', () =>
			connection.request({path: `/api/v1/namespaces/${namespace}/serviceaccounts/default`}),
		);
		const recording = await recordChanges(connection, namespace);
		await perform(kubectlFor(clusterKubeconfig, namespace, '/'), recording, play);
		const file = new URL(`rollouts/${play.name}.jsonl`, import.meta.url);
		writeFileSync(file, printSteps(stepsOf(recording.changes(), play.name)));
		recording.stop();
		await connection.request({method: 'DELETE', path: `/api/v1/namespaces/${namespace}`});
	}),
);
await connection.close();
