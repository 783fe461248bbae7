import type {Json, Obj} from '../store.ts';

/** A stored object of a namespaced kind. */
export interface Namespaced extends Obj {
	readonly metadata: Obj['metadata'] & {readonly namespace: string};
}

export interface Condition {
	type: string;
	status: 'True' | 'False' | 'Unknown';
	reason?: string;
	message?: string;
	lastTransitionTime?: string;
	/** Deployments only. */
	lastUpdateTime?: string;
	/** Pods only; the server always writes the first one out. */
	lastProbeTime?: null;
	observedGeneration?: number;
}

export interface LabelSelector {
	matchLabels?: Record<string, string>;
	matchExpressions?: {key: string; operator: string; values?: string[]}[];
}

export interface Container {
	name: string;
	image: string;
	restartPolicy?: string;
	ports?: {name?: string; containerPort: number; protocol?: string}[];
	resources?: {requests?: Record<string, string>; limits?: Record<string, string>};
	readinessProbe?: {periodSeconds?: number};
	imagePullPolicy?: string;
}

export interface ContainerState {
	waiting?: {reason: string; message?: string};
	running?: {startedAt: string};
	terminated?: {exitCode: number; reason: string; startedAt: string; finishedAt: string; containerID?: string};
}

export interface ContainerStatus {
	name: string;
	image: string;
	imageID: string;
	containerID?: string;
	ready: boolean;
	started: boolean;
	restartCount: number;
	state: ContainerState;
	lastState: ContainerState;
}

export interface Toleration {
	key?: string;
	operator?: string;
	value?: string;
	effect?: string;
	tolerationSeconds?: number;
}

export interface PodSpec {
	containers: Container[];
	initContainers?: Container[];
	nodeName?: string;
	nodeSelector?: Record<string, string>;
	tolerations?: Toleration[];
	restartPolicy?: string;
	readinessGates?: {conditionType: string}[];
	schedulingGates?: {name: string}[];
	hostNetwork?: boolean;
	[field: string]: Json;
}

export interface PodStatus {
	phase?: string;
	reason?: string;
	conditions?: Condition[];
	hostIP?: string;
	podIP?: string;
	podIPs?: {ip: string}[];
	startTime?: string;
	initContainerStatuses?: ContainerStatus[];
	containerStatuses?: ContainerStatus[];
	[field: string]: Json;
}

export interface Pod extends Namespaced {
	readonly spec: PodSpec;
	readonly status?: PodStatus;
}

export interface PodTemplate {
	metadata?: {labels?: Record<string, string>; annotations?: Record<string, string>; [field: string]: Json};
	spec: PodSpec;
}

export interface ReplicaSetStatus {
	replicas: number;
	fullyLabeledReplicas?: number;
	readyReplicas?: number;
	availableReplicas?: number;
	terminatingReplicas?: number;
	observedGeneration?: number;
	conditions?: Condition[];
}

export interface ReplicaSet extends Namespaced {
	readonly spec: {
		replicas?: number;
		minReadySeconds?: number;
		selector: LabelSelector;
		template: PodTemplate;
	};
	readonly status?: ReplicaSetStatus;
}

export interface DeploymentStatus {
	observedGeneration?: number;
	replicas?: number;
	updatedReplicas?: number;
	readyReplicas?: number;
	availableReplicas?: number;
	unavailableReplicas?: number;
	terminatingReplicas?: number;
	collisionCount?: number;
	conditions?: Condition[];
}

export interface Deployment extends Namespaced {
	readonly spec: {
		replicas?: number;
		paused?: boolean;
		minReadySeconds?: number;
		progressDeadlineSeconds?: number;
		revisionHistoryLimit?: number;
		selector: LabelSelector;
		strategy?: {type?: string; rollingUpdate?: {maxSurge?: number | string; maxUnavailable?: number | string}};
		template: PodTemplate;
	};
	readonly status?: DeploymentStatus;
}

export interface Taint {
	key: string;
	value?: string;
	effect: string;
	timeAdded?: string;
}

export interface Node extends Obj {
	readonly spec: {unschedulable?: boolean; taints?: Taint[]; podCIDR?: string};
	readonly status?: {
		allocatable?: Record<string, string>;
		conditions?: Condition[];
		addresses?: {type: string; address: string}[];
	};
}

export interface Service extends Namespaced {
	readonly spec: {
		type?: string;
		clusterIP?: string;
		selector?: Record<string, string>;
		publishNotReadyAddresses?: boolean;
		ports?: {name?: string; port: number; targetPort?: number | string; protocol?: string; appProtocol?: string}[];
	};
}
