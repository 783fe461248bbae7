// rolldeck's own list and watch: reads all pods of a namespace. Arguments: a kubeconfig, a namespace.
import {connect} from '../../source/cluster/connection.ts';
import {loadKubeconfig} from '../../source/cluster/kubeconfig.ts';
import {watch} from '../../source/cluster/watcher.ts';
import type {Pod} from '../../source/objects.ts';
import {pods} from '../../source/resources/pods.ts';
import {limitYoungGeneration} from '../../source/young-generation.ts';
import {measureSync} from './synced.ts';

limitYoungGeneration(); // as the deck does
const [, , kubeconfig, namespace] = process.argv;
const connection = await connect(loadKubeconfig({kubeconfig, env: {}, home: '/'}));
await connection.version();
const store = new Map<string, Pod>();
await measureSync(
	store,
	(first) =>
		new Promise((resolve) => {
			watch<Pod>(
				connection,
				{path: `/api/v1/namespaces/${namespace}/pods`, project: pods.project},
				{
					changes({upserts, synced}) {
						for (const pod of upserts) store.set(pod.metadata.uid, pod);
						if (store.size > 0) first();
						if (synced) resolve();
					},
					state() {},
				},
			);
		}),
);
