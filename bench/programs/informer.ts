// client-node's typed informer: reads all pods of a namespace. Arguments: a kubeconfig, a namespace.
import {CoreV1Api, KubeConfig, makeInformer, type V1Pod, VersionApi} from '@kubernetes/client-node';
import {measureSync} from './synced.ts';

const [, , kubeconfig = '', namespace = ''] = process.argv;
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
await config.makeApiClient(VersionApi).getCode();
const api = config.makeApiClient(CoreV1Api);
const store = new Map<string, V1Pod>();
const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, () => api.listNamespacedPod({namespace}));
await measureSync(store, (first) => {
	informer.on('add', (pod) => {
		store.set(pod.metadata?.uid ?? '', pod);
		first();
	});
	return informer.start();
});
