import {healthyConditions} from '../controllers/nodes/kubelet-status.ts';
import type {Random} from '../controllers/random.ts';
import {topologyOf} from '../controllers/topology.ts';
import type {Store} from '../store.ts';
import {plant, put} from './plant.ts';
import type {Soil} from './plant-pods.ts';
import {day} from './spans.ts';

const podsPerNode = 110;
const age = 12 * day;

/** What every cluster has: namespaces, nodes with room for `pods` pods, the cluster's own services. Returns where pods can be planted. */
export function plantCluster(store: Store, random: Random, pods: number): Soil {
	for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'shop', 'team-a']) {
		put(store, 'namespaces', {metadata: {name}}, name.startsWith('kube') || name === 'default' ? age : age - day);
	}
	const nodes = plantNodes(store, Math.max(3, Math.ceil(pods / (podsPerNode - 10))));
	const soil = soilOf(store, random, nodes);
	const kubernetes = {
		labels: {component: 'apiserver', provider: 'kubernetes'},
		name: 'kubernetes',
		namespace: 'default',
	};
	const https = [{name: 'https', port: 443, targetPort: 6443}];
	put(store, 'services', {metadata: kubernetes, spec: {clusterIP: '10.96.0.1', ports: https}}, age);
	const dns = {name: 'coredns', namespace: 'kube-system', replicas: 2, port: 53};
	plant(soil, {...dns, releases: [{tag: '1.12.1', cause: 'cluster set up', ago: age}]});
	const ports = [
		{name: 'dns', port: 53, protocol: 'UDP'},
		{name: 'dns-tcp', port: 53, protocol: 'TCP'},
	];
	const spec = {clusterIP: '10.96.0.10', selector: {app: 'coredns'}, ports};
	put(store, 'services', {metadata: {name: 'kube-dns', namespace: 'kube-system'}, spec}, age);
	return soil;
}

interface Place {
	name: string;
	hostIP: string;
	prefix: string;
	/** What its pods get of its labels. */
	labels: Readonly<Record<string, string>>;
}

function plantNodes(store: Store, count: number): Place[] {
	return Array.from({length: count}, (_, index) => {
		const number = index + 1;
		const name = `node-${number}`;
		const hostIP = `192.168.${10 + Math.floor(number / 250)}.${(number % 250) + 10}`;
		const prefix = `10.${244 + Math.floor(number / 128)}.${number % 128}`;
		const labels = {
			'kubernetes.io/hostname': name,
			'kubernetes.io/os': 'linux',
			'kubernetes.io/arch': 'amd64',
			'topology.kubernetes.io/zone': `zone-${number % 2}`,
		};
		const capacity = {cpu: '16', memory: '64Gi', pods: String(podsPerNode), 'ephemeral-storage': '200Gi'};
		const status = {
			capacity,
			allocatable: capacity,
			addresses: [
				{type: 'InternalIP', address: hostIP},
				{type: 'Hostname', address: name},
			],
			conditions: healthyConditions([], store.clock.now() - age),
			nodeInfo,
		};
		put(
			store,
			'nodes',
			{metadata: {name, labels}, spec: {podCIDR: `${prefix}.0/24`, podCIDRs: [`${prefix}.0/24`]}, status},
			age,
		);
		return {name, hostIP, prefix, labels: topologyOf(labels)};
	});
}

const nodeInfo = {
	architecture: 'amd64',
	bootID: '',
	containerRuntimeVersion: 'containerd://2.2.1',
	kernelVersion: '6.12.0-sandbox',
	kubeProxyVersion: '',
	kubeletVersion: 'v1.37.2',
	machineID: '',
	operatingSystem: 'linux',
	osImage: 'rolldeck sandbox',
	systemUUID: '',
};

/** Places pods on the nodes in turn, with addresses from the nodes' ranges. */
function soilOf(store: Store, random: Random, nodes: readonly Place[]): Soil {
	let count = 0;
	return {
		store,
		random,
		place() {
			const {name, hostIP, prefix, labels} = nodes[count % nodes.length] as Place;
			const podIP = `${prefix}.${Math.floor(count / nodes.length) + 2}`;
			count++;
			return {node: name, hostIP, podIP, labels};
		},
	};
}
