/**
 * The API's objects, in the API's own JSON spelling, cut to the fields rolldeck reads. Types only.
 *
 * A *projected* object (what the watchers keep) and a whole one (what a GET or a recorded file gives) both fit these
 * types, so every pure function runs on either. Counts that the API omits when they are zero are optional here:
 * `undefined` means 0, except `terminatingReplicas`, where it means "unknown" (servers before 1.35 do not write it).
 * Timestamps are RFC 3339 strings, as they travel.
 */

export interface OwnerReference {
	apiVersion?: string;
	kind: string;
	name: string;
	uid: string;
	controller?: boolean;
}

/** Who wrote what. Entries of subresource `scale` carry no `time`. */
export interface ManagedFieldsEntry {
	manager?: string;
	operation?: string;
	time?: string;
	subresource?: string;
	/** Cut at the edge to whether anything of a pod template is in it. */
	fieldsV1?: {'f:spec'?: {'f:template'?: object; [field: `f:${string}`]: unknown}; [field: `f:${string}`]: unknown};
}

export interface ObjectMeta {
	uid: string;
	name: string;
	namespace?: string;
	creationTimestamp?: string;
	deletionTimestamp?: string;
	deletionGracePeriodSeconds?: number;
	generation?: number;
	resourceVersion?: string;
	labels?: Record<string, string>;
	annotations?: Record<string, string>;
	ownerReferences?: OwnerReference[];
	finalizers?: string[];
	managedFields?: ManagedFieldsEntry[];
}

export interface KubeObject {
	apiVersion?: string;
	kind?: string;
	metadata: ObjectMeta;
}

export interface Condition {
	type: string;
	status: string;
	reason?: string;
	message?: string;
	lastTransitionTime?: string;
	lastUpdateTime?: string;
}

export interface LabelSelector {
	matchLabels?: Record<string, string>;
	matchExpressions?: {key: string; operator: string; values?: string[]}[];
}

export interface ContainerPort {
	name?: string;
	containerPort: number;
	protocol?: string;
}

export interface EnvVar {
	name: string;
	value?: string;
	valueFrom?: unknown;
}

/** How a kubelet checks a container; the check itself (httpGet, exec, …) is beyond these fields. */
export interface Probe {
	initialDelaySeconds?: number;
	periodSeconds?: number;
	timeoutSeconds?: number;
	successThreshold?: number;
	failureThreshold?: number;
	[field: string]: unknown;
}

/** A container of a template or a pod. Fields beyond these are kept in templates (they are compared), cut in pods. */
export interface Container {
	name: string;
	image?: string;
	restartPolicy?: string;
	ports?: ContainerPort[];
	env?: EnvVar[];
	resources?: {limits?: Record<string, string>; requests?: Record<string, string>};
	startupProbe?: Probe;
	readinessProbe?: Probe;
	livenessProbe?: Probe;
	[field: string]: unknown;
}

export interface PodSpec {
	containers: Container[];
	initContainers?: Container[];
	nodeName?: string;
	restartPolicy?: string;
	terminationGracePeriodSeconds?: number;
	readinessGates?: {conditionType: string}[];
	schedulingGates?: {name: string}[];
	volumes?: {name: string; persistentVolumeClaim?: {claimName: string}; [field: string]: unknown}[];
	[field: string]: unknown;
}

export interface PodTemplateSpec {
	metadata?: {labels?: Record<string, string>; annotations?: Record<string, string>; [field: string]: unknown};
	spec?: PodSpec;
}

export interface ContainerStateTerminated {
	exitCode: number;
	signal?: number;
	reason?: string;
	message?: string;
	startedAt?: string;
	finishedAt?: string;
}

export interface ContainerState {
	waiting?: {reason?: string; message?: string};
	running?: {startedAt?: string};
	terminated?: ContainerStateTerminated;
}

export interface ContainerStatus {
	name: string;
	ready?: boolean;
	started?: boolean;
	restartCount?: number;
	image?: string;
	imageID?: string;
	state?: ContainerState;
	lastState?: ContainerState;
}

export interface PodStatus {
	phase?: string;
	reason?: string;
	message?: string;
	podIP?: string;
	podIPs?: {ip: string}[];
	nominatedNodeName?: string;
	startTime?: string;
	conditions?: Condition[];
	initContainerStatuses?: ContainerStatus[];
	containerStatuses?: ContainerStatus[];
}

export interface Pod extends KubeObject {
	spec: PodSpec;
	status?: PodStatus;
}

export interface ReplicaSet extends KubeObject {
	spec: {
		replicas?: number;
		minReadySeconds?: number;
		selector?: LabelSelector;
		template?: PodTemplateSpec;
	};
	status?: {
		replicas?: number;
		fullyLabeledReplicas?: number;
		readyReplicas?: number;
		availableReplicas?: number;
		terminatingReplicas?: number;
		observedGeneration?: number;
		conditions?: Condition[];
	};
}

export interface Deployment extends KubeObject {
	spec: {
		replicas?: number;
		paused?: boolean;
		minReadySeconds?: number;
		progressDeadlineSeconds?: number;
		revisionHistoryLimit?: number;
		selector?: LabelSelector;
		strategy?: {
			type?: string;
			rollingUpdate?: {maxSurge?: number | string; maxUnavailable?: number | string};
		};
		template: PodTemplateSpec;
	};
	status?: {
		replicas?: number;
		updatedReplicas?: number;
		readyReplicas?: number;
		availableReplicas?: number;
		unavailableReplicas?: number;
		terminatingReplicas?: number;
		observedGeneration?: number;
		collisionCount?: number;
		conditions?: Condition[];
	};
}

export interface Endpoint {
	addresses: string[];
	conditions?: {ready?: boolean; serving?: boolean; terminating?: boolean};
	targetRef?: {kind?: string; name?: string; namespace?: string; uid?: string};
	nodeName?: string;
	zone?: string;
}

export interface EndpointSlice extends KubeObject {
	addressType?: string;
	endpoints?: Endpoint[] | null;
	ports?: {name?: string; port?: number; protocol?: string}[] | null;
}

/** core/v1 Endpoints: read only where a server has no EndpointSlices, and for `get endpoints`. */
export interface Endpoints extends KubeObject {
	subsets?: {
		addresses?: {ip: string; nodeName?: string; targetRef?: {kind?: string; name?: string; uid?: string}}[];
		notReadyAddresses?: {ip: string; nodeName?: string; targetRef?: {kind?: string; name?: string; uid?: string}}[];
		ports?: {name?: string; port: number; protocol?: string}[];
	}[];
}

export interface ServicePort {
	name?: string;
	port: number;
	targetPort?: number | string;
	nodePort?: number;
	protocol?: string;
}

export interface Service extends KubeObject {
	spec: {
		type?: string;
		clusterIP?: string;
		clusterIPs?: string[];
		externalIPs?: string[];
		externalName?: string;
		selector?: Record<string, string>;
		ports?: ServicePort[];
		publishNotReadyAddresses?: boolean;
		sessionAffinity?: string;
		sessionAffinityConfig?: {clientIP?: {timeoutSeconds?: number}};
		trafficDistribution?: string;
		internalTrafficPolicy?: string;
		externalTrafficPolicy?: string;
	};
	status?: {loadBalancer?: {ingress?: {ip?: string; hostname?: string}[]}};
}

export interface Ingress extends KubeObject {
	spec: {
		ingressClassName?: string;
		tls?: {hosts?: string[]; secretName?: string}[];
		defaultBackend?: IngressBackend;
		rules?: {host?: string; http?: {paths?: {path?: string; pathType?: string; backend: IngressBackend}[]}}[];
	};
	status?: {loadBalancer?: {ingress?: {ip?: string; hostname?: string}[]}};
}

export interface IngressBackend {
	service?: {name: string; port?: {name?: string; number?: number}};
}

export interface HorizontalPodAutoscaler extends KubeObject {
	spec: {
		minReplicas?: number;
		maxReplicas: number;
		scaleTargetRef: {apiVersion?: string; kind: string; name: string};
		metrics?: MetricSpec[];
	};
	status?: {
		currentReplicas?: number;
		desiredReplicas?: number;
		currentMetrics?: MetricStatus[];
		conditions?: Condition[];
	};
}

/** Where a metric comes from; `type` says it with a capital letter: `Resource`, `ContainerResource`, … */
export type MetricSource = 'resource' | 'containerResource' | 'pods' | 'object' | 'external';

export interface MetricValue {
	averageUtilization?: number;
	averageValue?: string;
	value?: string;
}

export type MetricSpec = {type: string} & {[S in MetricSource]?: {name?: string; target?: MetricValue}};
export type MetricStatus = {type: string} & {[S in MetricSource]?: {name?: string; current?: MetricValue}};

export interface PodDisruptionBudget extends KubeObject {
	spec: {minAvailable?: number | string; maxUnavailable?: number | string; selector?: LabelSelector};
	status?: {
		disruptionsAllowed?: number;
		currentHealthy?: number;
		desiredHealthy?: number;
		expectedPods?: number;
	};
}

/** core/v1 Event. Scheduler events carry only `eventTime` and `series`. */
export interface Event extends KubeObject {
	involvedObject: {kind?: string; name?: string; namespace?: string; uid?: string; fieldPath?: string};
	type?: string;
	reason?: string;
	message?: string;
	count?: number;
	firstTimestamp?: string | null;
	lastTimestamp?: string | null;
	eventTime?: string | null;
	series?: {count?: number; lastObservedTime?: string};
	source?: {component?: string; host?: string};
	reportingComponent?: string;
	reportingInstance?: string;
}

export interface PersistentVolumeClaim extends KubeObject {
	spec: {storageClassName?: string; volumeName?: string};
	status?: {phase?: string};
}

export interface Node extends KubeObject {
	spec: {unschedulable?: boolean};
	status?: {conditions?: Condition[]};
}

export interface Namespace extends KubeObject {
	status?: {phase?: string};
}

/** Every kind the watchers keep, by its plural, which is its id everywhere in rolldeck. */
export interface ObjectsByKind {
	deployments: Deployment;
	replicasets: ReplicaSet;
	pods: Pod;
	endpointslices: EndpointSlice;
	endpoints: Endpoints;
	services: Service;
	ingresses: Ingress;
	horizontalpodautoscalers: HorizontalPodAutoscaler;
	poddisruptionbudgets: PodDisruptionBudget;
	events: Event;
	namespaces: Namespace;
}
export type KindId = keyof ObjectsByKind;

/** One step of a JSON patch (RFC 6902), as far as rolldeck uses it. `test` is a precondition. */
export type JsonPatchOperation =
	| {readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown}
	| {readonly op: 'remove'; readonly path: string};
