import {controllerManager} from '../controllers/context.ts';
import {condition} from '../controllers/deployment/status.ts';
import type {Deployment} from '../controllers/shapes.ts';
import {plant, plantStuck, put, templateOf, type Workload} from './plant.ts';
import type {Soil} from './plant-pods.ts';
import {day, hour, minute, second} from './spans.ts';

const namespace = 'shop';

const web: Workload = {
	namespace,
	name: 'web',
	replicas: 3,
	spec: {revisionHistoryLimit: 5},
	releases: [
		{tag: '2.0', cause: 'first release', ago: 9 * day},
		{tag: '2.1', cause: 'faster product page', ago: 6 * day},
		{tag: '2.2', cause: 'new basket (PR 812)', ago: 2 * day + 3 * hour},
		{tag: '2.3', cause: 'fix: prices with two currencies', ago: 5 * hour, manager: 'kubectl-set'},
	],
};

const cart: Workload = {
	namespace,
	name: 'cart',
	replicas: 2,
	releases: [
		{tag: '1.6', cause: 'cart 1.6', ago: 9 * day},
		{tag: '1.7', cause: 'cart 1.7: remember the basket', ago: 4 * day},
	],
	podSpec: {
		initContainers: [
			{name: 'migrate', image: 'registry.example/shop/migrate:3'},
			{name: 'proxy', image: 'registry.example/mesh/proxy:1.22', restartPolicy: 'Always'},
		],
	},
	others: [{name: 'agent', image: 'registry.example/shop/agent:0.9'}],
};

const checkout: Workload = {
	namespace,
	name: 'checkout',
	replicas: 2,
	spec: {strategy: {type: 'Recreate'}},
	releases: [
		{tag: '3.0', cause: 'checkout 3.0', ago: 9 * day},
		{tag: '3.1', cause: 'checkout 3.1: new payment form', ago: 30 * hour},
	],
};

const gateway: Workload = {
	namespace,
	name: 'gateway',
	replicas: 6,
	releases: [
		{tag: '1.0', cause: 'gateway 1.0', ago: 9 * day},
		{tag: '1.1', cause: 'gateway 1.1: timeouts', ago: 3 * day},
	],
};

const search: Workload = {
	namespace,
	name: 'search',
	replicas: 2,
	releases: [
		{tag: '4.9', cause: 'search 4.9', ago: 9 * day},
		{tag: '5.0', cause: 'search 5.0: synonyms', ago: 28 * hour},
	],
};

const mail: Workload = {
	namespace,
	name: 'mail',
	replicas: 1,
	releases: [{tag: '1.0', cause: 'mail 1.0', ago: 7 * day}],
};

const database: Workload = {
	namespace,
	name: 'db',
	replicas: 1,
	port: 5432,
	spec: {strategy: {type: 'Recreate'}},
	releases: [{tag: '17.2', cause: 'database 17.2', ago: 9 * day}],
};

/** The shop at once as it lives: most of it at rest, a rollout of the gateway going on, a release of search that is stuck, one of mail held back. */
export function plantShop(soil: Soil): void {
	for (const workload of [web, cart, checkout, gateway, search, mail, database]) plant(soil, workload);
	plantSurroundings(soil);
	plantStuck(soil, search, {tag: 'missing', cause: 'search 5.1: ranking', ago: 26 * minute, manager: 'kubectl-set'});
	holdBack(soil, mail, '1.1', 40 * minute);
	const hello = {namespace: 'team-a', name: 'hello', replicas: 2};
	plant(soil, {...hello, releases: [{tag: '1.0', cause: 'hello 1.0', ago: 2 * day}]});
	// Slow enough to watch: each new pod takes its time to become ready.
	release(soil, gateway, 'slow', 'gateway 1.2: warms its caches first');
}

/** A new version that the controllers will roll out once they run. */
function release({store}: Soil, workload: Workload, tag: string, cause: string): void {
	const deployment = store.get('deployments', workload.namespace, workload.name) as Deployment;
	const annotations = {...deployment.metadata.annotations, 'kubernetes.io/change-cause': cause};
	const spec = {...deployment.spec, template: templateOf(workload, tag)};
	const next = {...deployment, metadata: {...deployment.metadata, annotations}, spec};
	store.update('deployments', next, {manager: 'kubectl-set', at: store.clock.now() - second});
}

/** A paused Deployment with a change waiting. */
function holdBack({store}: Soil, workload: Workload, tag: string, ago: number): void {
	const at = store.clock.now() - ago;
	const deployment = store.get('deployments', workload.namespace, workload.name) as Deployment;
	const paused = {...deployment, spec: {...deployment.spec, paused: true}};
	const stopped = store.update('deployments', paused, {manager: 'kubectl-rollout', at}) as Deployment;
	const spec = {...stopped.spec, template: templateOf(workload, tag)};
	const changed = store.update(
		'deployments',
		{...stopped, spec},
		{manager: 'kubectl-set', at: at + minute},
	) as Deployment;
	const conditions = [
		...(changed.status?.conditions ?? []).filter(({type}) => type !== 'Progressing'),
		condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', at),
	];
	const {updatedReplicas: _, ...status} = changed.status ?? {};
	const next = {...changed, status: {...status, observedGeneration: changed.metadata.generation, conditions}};
	store.update('deployments', next, {manager: controllerManager, subresource: 'status', at: at + minute});
}

/** Everything that is no Deployment: Services of every type, the way in, settings, the autoscaler and the budget of web. */
function plantSurroundings({store}: Soil): void {
	const labels = {'app.kubernetes.io/part-of': namespace};
	const add = (resource: string, name: string, content: object, status?: object) =>
		put(store, resource, {metadata: {name, namespace, labels}, ...content}, 9 * day, status);
	const service = (name: string, more: object = {}, status?: object) =>
		add(
			'services',
			name,
			{spec: {selector: {app: name}, ports: [{name: 'http', port: 80, targetPort: 'http'}], ...more}},
			status,
		);
	const loadBalancer = {loadBalancer: {ingress: [{ip: '192.0.2.10'}]}};
	for (const name of ['web', 'checkout', 'search', 'mail']) service(name);
	service('cart', {type: 'NodePort'});
	service('gateway', {type: 'LoadBalancer'}, loadBalancer);
	service('db', {clusterIP: 'None', ports: [{name: 'postgres', port: 5432, targetPort: 'http'}]});
	add('services', 'payments', {spec: {type: 'ExternalName', externalName: 'payments.example.net'}});
	add('configmaps', 'settings', {data: {currency: 'EUR', 'feature.newBasket': 'true'}});
	add('secrets', 'db-login', {type: 'Opaque', data: {user: 'c2hvcA==', password: 'bm90LWEtcmVhbC1vbmU='}});
	add('poddisruptionbudgets', 'web', {spec: {minAvailable: 2, selector: {matchLabels: {app: 'web'}}}});
	const cpu = {type: 'Resource', resource: {name: 'cpu', target: {type: 'Utilization', averageUtilization: 70}}};
	const scaleTargetRef = {apiVersion: 'apps/v1', kind: 'Deployment', name: 'web'};
	add('horizontalpodautoscalers', 'web', {spec: {scaleTargetRef, minReplicas: 2, maxReplicas: 8, metrics: [cpu]}});
	add('ingresses', 'shop', {spec: entrance}, loadBalancer);
}

function path(to: string, service: string, pathType = 'Prefix'): object {
	return {path: to, pathType, backend: {service: {name: service, port: {number: 80}}}};
}

const entrance = {
	ingressClassName: 'nginx',
	tls: [{hosts: ['shop.example.com', 'api.shop.example.com'], secretName: 'shop-tls'}],
	rules: [
		{
			host: 'shop.example.com',
			http: {paths: [path('/', 'web'), path('/cart', 'cart'), path('/checkout', 'checkout', 'Exact')]},
		},
		{host: 'api.shop.example.com', http: {paths: [path('/search', 'search'), path('/gone', 'gone')]}},
	],
};
